//! `cargo xtask dist`: the archive of a release.

mod licences;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anstream::println;
use clap::ValueEnum;
use clap_complete::{Generator, Shell};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::git::Checkout;
use crate::workspace::{built_program, cargo, metadata, output, root, run as run_command, text};
use crate::{Failure, version};

/// The programs, which are named as their packages.
const PROGRAMS: [&str; 2] = ["atlas-pe", "atlas-pe-sandbox"];

const DOCUMENTS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// The path that binaries have in place of that of the checkout.
const SOURCE: &str = "/atlas-private-endpoint";

const PROGRAM_MODE: u32 = 0o755;
const FILE_MODE: u32 = 0o644;

/// A file of the archive.
struct File {
    mode: u32,
    content: Vec<u8>,
}

impl File {
    fn new(content: impl Into<Vec<u8>>) -> Self {
        Self {
            mode: FILE_MODE,
            content: content.into(),
        }
    }
}

/// The compiler that builds the programs.
struct Toolchain {
    target: String,
    sysroot: PathBuf,
    commit: String,
}

/// Builds the programs and packs them with their documents, completions, manual pages and licences.
///
/// The same commit, compiler and linker give the same bytes, wherever the checkout is.
///
/// # Errors
///
/// When this is not a git checkout, a build fails, or a dependency has no licence.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let time = Checkout::open()?.commit_time()?;
    let toolchain = Toolchain::of_path()?;
    let metadata = metadata(&[])?;
    let paths = remapped_paths(&toolchain, &metadata)?;
    build(&toolchain, &paths, time)?;

    let mut files = BTreeMap::new();
    add_programs(&mut files, &toolchain.target)?;
    check_paths(&files, &paths)?;
    for name in DOCUMENTS {
        files.insert(name.to_owned(), File::new(read(&root().join(name))?));
    }
    let third_party = licences::third_party(&metadata, &PROGRAMS, &toolchain.target)?;
    files.insert(
        "THIRD-PARTY-LICENSES.txt".to_owned(),
        File::new(third_party),
    );
    let standard_library = "share/doc/rust/COPYRIGHT-library.html";
    let standard_library = read(&toolchain.sysroot.join(standard_library))?;
    files.insert(
        licences::STANDARD_LIBRARY.to_owned(),
        File::new(standard_library),
    );
    let sums = files.iter().map(|(name, file)| sum(&file.content, name));
    let sums: String = sums.collect();
    files.insert("SHA256SUMS".to_owned(), File::new(sums));

    let name = format!(
        "atlas-private-endpoint-{}-{}",
        version::current()?,
        toolchain.target
    );
    let archive = pack(&name, &files, time)?;
    let directory = Path::new(text(&metadata["target_directory"])?).join("dist");
    fs::create_dir_all(&directory)?;
    let file = format!("{name}.tar.gz");
    let sum = sum(&archive, &file);
    let path = directory.join(&file);
    fs::write(&path, &archive)?;
    fs::write(directory.join(format!("{file}.sha256")), &sum)?;
    println!("{}", path.display());
    println!("{} files, {} bytes", files.len(), archive.len());
    println!("SHA-256 {}", sum.split(' ').next().unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

impl Toolchain {
    /// Returns that of the `rustc` on the path, which cargo uses, too.
    fn of_path() -> Result<Self, Failure> {
        let version = output(Command::new("rustc").arg("-vV"))?;
        let version = String::from_utf8(version)?;
        let field = |name: &str| {
            let mut lines = version.lines();
            let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            let value = value.map(str::to_owned);
            value.ok_or_else(|| format!("rustc -vV printed no {name}"))
        };
        let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
        Ok(Self {
            target: field("host")?,
            sysroot: PathBuf::from(String::from_utf8(sysroot)?.trim()),
            commit: field("commit-hash")?,
        })
    }
}

/// Builds each program alone, so that it has the features with which its users install it.
fn build(toolchain: &Toolchain, paths: &[(PathBuf, String)], time: u64) -> Result<(), Failure> {
    let flags: Vec<_> = paths
        .iter()
        .map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display()))
        .collect();
    for program in PROGRAMS {
        // With a target, the flags are not those of build scripts.
        let mut command = cargo(&[
            "build",
            "--release",
            "--locked",
            "--target",
            &toolchain.target,
        ]);
        command.args(["--package", program]);
        // Separated by a character that no path has. It replaces RUSTFLAGS and those of configuration files.
        command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
        command.env("SOURCE_DATE_EPOCH", time.to_string());
        run_command(command)?;
    }
    Ok(())
}

/// Returns the paths of this machine that a binary would have, in the positions of panics, and their names in
/// the binary.
fn remapped_paths(
    toolchain: &Toolchain,
    metadata: &Value,
) -> Result<Vec<(PathBuf, String)>, Failure> {
    let target = PathBuf::from(text(&metadata["target_directory"])?);
    // As in the standard library itself, whose generic functions are compiled here.
    let standard_library = toolchain.sysroot.join("lib/rustlib/src/rust");
    let mut paths = vec![
        (root().to_owned(), SOURCE.to_owned()),
        (target, format!("{SOURCE}/target")),
        (standard_library, format!("/rustc/{}", toolchain.commit)),
    ];
    let packages = metadata["packages"].as_array();
    let dependencies = packages.into_iter().flatten();
    for package in dependencies.filter(|package| !package["source"].is_null()) {
        let manifest = Path::new(text(&package["manifest_path"])?);
        let registry = manifest.ancestors().nth(2).unwrap_or(manifest);
        if paths.iter().all(|(path, _)| path != registry) {
            paths.push((registry.to_owned(), "/registry".to_owned()));
        }
    }
    Ok(paths)
}

/// Checks that no file has a path of this machine, which C code or a macro could have brought into it.
fn check_paths(files: &BTreeMap<String, File>, paths: &[(PathBuf, String)]) -> Result<(), Failure> {
    // A checkout at `/src` has a path that is a part of many others.
    let paths = paths.iter().map(|(path, _)| path);
    let paths: Vec<_> = paths.filter(|path| path.components().count() > 2).collect();
    for (name, File { content, .. }) in files {
        for path in &paths {
            let bytes = path.as_os_str().as_encoded_bytes();
            if content.windows(bytes.len()).any(|window| window == bytes) {
                return Err(format!(
                    "{name} has the path {} of this machine; remap it where it is compiled",
                    path.display()
                )
                .into());
            }
        }
    }
    Ok(())
}

/// Adds the programs, and what they print about themselves.
fn add_programs(files: &mut BTreeMap<String, File>, target: &str) -> Result<(), Failure> {
    let pages = TempDir::new()?;
    for name in PROGRAMS {
        let program = built_program(&format!("{target}/release"), name)?;
        let mut man = quiet(&program);
        output(man.args(["man", "--dir"]).arg(pages.path()))?;
        let content = read(&program)?;
        let mode = PROGRAM_MODE;
        files.insert(name.to_owned(), File { mode, content });
    }
    for page in fs::read_dir(pages.path())? {
        let page = page?;
        let name = format!("man/man1/{}", page.file_name().to_string_lossy());
        files.insert(name, File::new(read(&page.path())?));
    }
    let [cli, _] = PROGRAMS;
    let program = built_program(&format!("{target}/release"), cli)?;
    for shell in Shell::value_variants() {
        let script = output(quiet(&program).args(["completion", &shell.to_string()]))?;
        files.insert(
            format!("completions/{}", shell.file_name(cli)),
            File::new(script),
        );
    }
    Ok(())
}

/// Returns a command that no variable of the environment changes.
fn quiet(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command
}

/// Packs files into a directory of an archive, with nothing of this machine.
fn pack(directory: &str, files: &BTreeMap<String, File>, time: u64) -> Result<Vec<u8>, Failure> {
    // Without a name and a time.
    let gzip = GzEncoder::new(Vec::new(), Compression::best());
    let mut archive = tar::Builder::new(gzip);
    for (name, file) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(file.content.len().try_into()?);
        header.set_mode(file.mode);
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, format!("{directory}/{name}"), &*file.content)?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// Returns a line as `sha256sum` prints it.
fn sum(content: &[u8], name: &str) -> String {
    let digest = Sha256::digest(content);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digest}  {name}\n")
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| format!("could not read {}: {error}", path.display()).into())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn archive_has_fixed_owner_time_and_mode() {
        let (mode, content) = (PROGRAM_MODE, b"program".to_vec());
        let program = File { mode, content };
        let files = [("b/page.1", File::new("page")), ("a", program)];
        let files = files.map(|(name, file)| (name.to_owned(), file)).into();
        let packed = pack("name-1.0", &files, 1_234).unwrap();
        assert_eq!(packed[4..8], [0; 4], "the time of gzip");

        let mut archive = tar::Archive::new(GzDecoder::new(&*packed));
        let mut found = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut content = String::new();
            entry.read_to_string(&mut content).unwrap();
            let header = entry.header();
            assert_eq!(header.uid().unwrap() + header.gid().unwrap(), 0);
            assert_eq!(header.mtime().unwrap(), 1_234);
            let path = entry.path().unwrap().display().to_string();
            found.push((path, header.mode().unwrap(), content));
        }
        let expected = [
            ("name-1.0/a", PROGRAM_MODE, "program"),
            ("name-1.0/b/page.1", FILE_MODE, "page"),
        ];
        assert_eq!(
            found,
            expected.map(|(a, b, c)| (a.to_owned(), b, c.to_owned()))
        );
    }

    #[test]
    fn path_of_the_machine_in_a_file_is_an_error() {
        let files = [("a".to_owned(), File::new("\0/home/me/src/lib.rs\0"))].into();
        let paths = |path: &str| [(PathBuf::from(path), String::new())];
        for other in ["/home/you", "/src"] {
            assert!(check_paths(&files, &paths(other)).is_ok(), "{other}");
        }
        let error = check_paths(&files, &paths("/home/me")).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("a has the path /home/me of this machine"),
            "{error}"
        );
    }

    #[test]
    fn sum_is_a_line_of_sha256sum() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sum(b"", "a/b"), format!("{empty}  a/b\n"));
    }
}
