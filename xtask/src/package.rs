//! `cargo xtask package`.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anstream::println;
use serde_json::Value;

use crate::Failure;
use crate::workspace::{cargo, metadata, root, run as run_command};

/// Files of every package; the licences are links to those of the workspace.
const REQUIRED: [&str; 3] = ["README.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// A crate that is published.
struct Package {
    name: String,
    /// The name of its file without the extension, and of the directory in it.
    stem: String,
    has_library: bool,
}

/// Packages the crates that are published, and builds them and their documentation's examples from the packages
/// alone.
///
/// Without `--no-verify`, `cargo package` builds the packages, too, but every dependency again.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let metadata = metadata(&["--no-deps"])?;
    let packages = published(&metadata)?;
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

fn published(metadata: &Value) -> Result<Vec<Package>, Failure> {
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
            })
        })
        .collect()
}

fn text(value: &Value) -> Result<&str, Failure> {
    let text = value.as_str();
    text.ok_or_else(|| "could not read the output of cargo metadata".into())
}

/// Unpacks a package, and checks which files it has.
fn unpack(package: &Package, from: &Path, to: &Path) -> Result<(), Failure> {
    let stem = &package.stem;
    let mut command = Command::new("tar");
    // Cargo compares times of modification, and those of a package are constant.
    command.args(["-x", "-z", "-m", "-f"]);
    command.arg(from.join(format!("{stem}.crate")));
    command.arg("-C").arg(to);
    run_command(command)?;
    for name in REQUIRED {
        if !to.join(stem).join(name).is_file() {
            return Err(format!("the package {stem} has no {name}").into());
        }
    }
    if to.join(stem).join("tests").exists() {
        return Err(format!("the package {stem} has tests; see `include` in its manifest").into());
    }
    Ok(())
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
