//! `cargo xtask extract`.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::eprintln;
use atlas_private_endpoint_codegen::{Diagnostic, Selection, extract};
use clap::Args;

use crate::Failure;
use crate::atomic_file::{AtomicFile, Existing};

/// The `--out` that means standard output.
const STANDARD_OUTPUT: &str = "-";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The OpenAPI 3 document, YAML or JSON
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Extract the paths with this prefix, by whole segments: /a/b selects /a/b and /a/b/{c}, not /a/bc
    #[arg(long = "path-prefix", value_name = "PREFIX", required = true)]
    path_prefixes: Vec<String>,
    /// Keep only this media type of each body; of several, the first one that a body has
    #[arg(long = "media-type", value_name = "TYPE")]
    media_types: Vec<String>,
    /// The YAML file to write, or - for standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

/// Printed below the options in `--help`, which clap wraps to the width of the terminal.
pub(crate) const MORE_HELP: &str = "\
Everything is copied as it is and in its order, except for x- extensions that the generator does not support \
and links to operations that are not selected; standard error lists what was left out. x-rolesRequirements \
becomes x-atlas-roles.

A body keeps its media types. In documents of Atlas they name versions of the API, for which a client asks \
in its Accept header; --media-type selects one of them, and with it the schemas of that version. A body that \
has no selected type keeps all of its own. The generator takes one JSON media type for each body; lint \
reports where that is left to decide.";

/// Extracts a fragment from an OpenAPI document and writes it; the summary goes to standard error.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { from, out, .. } = arguments;
    let to_file = out != Path::new(STANDARD_OUTPUT);
    if to_file {
        check_out(arguments)?;
    }
    let text = fs::read_to_string(from)
        .map_err(|error| format!("could not read {}: {error}", from.display()))?;
    let selection = Selection {
        path_prefixes: arguments.path_prefixes.clone(),
        media_types: arguments.media_types.clone(),
    };
    let name = from.file_name().unwrap_or(from.as_os_str());
    let extracted = extract(&text, &name.to_string_lossy(), &selection)
        .map_err(|diagnostics| report(from, &diagnostics))?;
    if to_file {
        write_file(arguments, &extracted.text)?;
    } else {
        print(&extracted.text)?;
    }
    eprintln!("{}", extracted.summary);
    Ok(ExitCode::SUCCESS)
}

/// Checks that the file can be written and nothing is lost by it, before anything is read.
fn check_out(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { from, out, .. } = arguments;
    let shown = out.display();
    if out
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("json"))
    {
        return Err(format!("could not write {shown}: a fragment is YAML; use .yaml").into());
    }
    let folder = out.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|it| !it.is_dir()) {
        let folder = folder.display();
        return Err(format!("could not write {shown}: there is no directory {folder}").into());
    }
    let Ok(existing) = fs::canonicalize(out) else {
        return Ok(());
    };
    if !existing.is_file() {
        return Err(format!("{shown} is not a regular file; - is standard output").into());
    }
    if fs::canonicalize(from).is_ok_and(|from| from == existing) {
        return Err(format!("{shown} is the document itself; give --out another name").into());
    }
    if !arguments.force {
        return Err(exists(out).into());
    }
    Ok(())
}

fn exists(out: &Path) -> String {
    format!(
        "{} already exists and may have been edited; use --force to replace it",
        out.display()
    )
}

fn write_file(Arguments { out, force, .. }: &Arguments, text: &str) -> Result<(), Failure> {
    let existing = if *force {
        Existing::Replace
    } else {
        Existing::Keep
    };
    let written = AtomicFile::write(out, text).and_then(|file| file.finish(existing));
    written.map_err(|error| match error.kind() {
        // It was created after the check.
        ErrorKind::AlreadyExists => exists(out),
        _ => format!("could not write {}: {error}", out.display()),
    })?;
    eprintln!("wrote {}", out.display());
    Ok(())
}

/// Prints a fragment. A reader that closes the pipe early, such as `head`, is not an error.
fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("could not write to standard output: {error}").into())
        }
        _ => Ok(()),
    }
}

fn report(from: &Path, diagnostics: &[Diagnostic]) -> String {
    let from = from.display();
    let mut report = format!("could not extract from {from}:");
    for diagnostic in diagnostics {
        report.push_str(&format!("\n  {from}:{diagnostic}"));
    }
    report
}
