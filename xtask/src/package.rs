//! `cargo xtask package`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anstream::println;
use flate2::read::GzDecoder;
use serde_json::Value;

use crate::Failure;
use crate::workspace::{cargo, metadata, output, root, run as run_command, text};

/// Files of every package; the licences are links to those of the workspace.
const REQUIRED: [&str; 3] = ["README.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// A crate that is published.
pub(crate) struct Package {
    pub(crate) name: String,
    /// The name of its file without the extension, and of the directory in it.
    stem: String,
    pub(crate) has_library: bool,
    pub(crate) has_repository: bool,
}

/// Packages the crates that are published, and builds them and their documentation's examples from the packages
/// alone.
///
/// Without `--no-verify`, `cargo package` builds the packages, too, but every dependency again.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let metadata = metadata(&["--no-deps"])?;
    let packages = published(&metadata)?;
    check_files(&packages)?;
    let target = Path::new(text(&metadata["target_directory"])?);
    // Dependencies on each other are not in a registry yet, so that no lock file can be made for the packages.
    let options = [
        "--quiet",
        "--no-verify",
        "--exclude-lockfile",
        "--allow-dirty",
    ];
    let mut command = cargo(&["package"]);
    command.args(options);
    for package in &packages {
        command.args(["--package", &package.name]);
    }
    run_command(command)?;
    let directory = target.join("package/unpacked");
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    fs::create_dir_all(&directory)?;
    for package in &packages {
        unpack(package, &target.join("package"), &directory)?;
    }
    write_workspace(&packages, &directory)?;
    for arguments in [
        &["build", "--bins", "--examples"][..],
        &["test", "--doc", "--quiet"],
    ] {
        let mut command = cargo(arguments);
        command.arg("--workspace").current_dir(&directory);
        command.args(["--features", "atlas-private-endpoint/test-util"]);
        // With the dependencies that were built for the workspace.
        command.env("CARGO_TARGET_DIR", target);
        run_command(command)?;
    }
    for package in &packages {
        println!("packaged  {}", package.stem);
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the crates that are published, of what `cargo metadata` prints.
///
/// # Errors
///
/// When it has another form.
pub(crate) fn published(metadata: &Value) -> Result<Vec<Package>, Failure> {
    let packages = metadata["packages"].as_array();
    let packages = packages.into_iter().flatten();
    let published = packages.filter(|package| package["publish"].is_null());
    published
        .map(|package| {
            let (name, version) = (text(&package["name"])?, text(&package["version"])?);
            let targets = package["targets"].as_array();
            let mut targets = targets.into_iter().flatten();
            Ok(Package {
                name: name.to_owned(),
                stem: format!("{name}-{version}"),
                has_library: targets.any(|target| target["kind"][0] == "lib"),
                has_repository: !package["repository"].is_null(),
            })
        })
        .collect()
}

/// Checks that each package has the required files, and no tests.
///
/// # Errors
///
/// Naming a package and the file that it has or lacks.
pub(crate) fn check_files(packages: &[Package]) -> Result<(), Failure> {
    for Package { name, .. } in packages {
        let mut command = cargo(&["package", "--list", "--allow-dirty", "--package", name]);
        let files = String::from_utf8(output(&mut command)?)?;
        let files: Vec<_> = files.lines().map(Path::new).collect();
        for required in REQUIRED {
            if !files.contains(&Path::new(required)) {
                return Err(format!("the package {name} has no {required}").into());
            }
        }
        if files.iter().any(|file| file.starts_with("tests")) {
            return Err(
                format!("the package {name} has tests; see `include` in its manifest").into(),
            );
        }
    }
    Ok(())
}

fn unpack(package: &Package, from: &Path, to: &Path) -> Result<(), Failure> {
    let file = fs::File::open(from.join(format!("{}.crate", package.stem)))?;
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    // Cargo compares times of modification, and those of a package are constant.
    archive.set_preserve_mtime(false);
    Ok(archive.unpack(to)?)
}

/// Makes a workspace of the unpacked packages, with the profiles and locked versions of this one.
fn write_workspace(packages: &[Package], directory: &Path) -> Result<(), Failure> {
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let lines = manifest.lines().map(|line| match line {
        line if line.starts_with("members = ") => "members = [\"*\"]",
        line => line,
    });
    let mut manifest: String = lines.flat_map(|line| [line, "\n"]).collect();
    manifest.push_str("\n[patch.crates-io]\n");
    for Package { name, stem, .. } in packages.iter().filter(|it| it.has_library) {
        manifest.push_str(&format!("{name} = {{ path = \"{stem}\" }}\n"));
    }
    fs::write(directory.join("Cargo.toml"), manifest)?;
    fs::copy(root().join("Cargo.lock"), directory.join("Cargo.lock"))?;
    Ok(())
}
