//! `cargo xtask extract`.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::eprintln;
use atlas_private_endpoint_codegen::{Diagnostic, Selection, extract};
use clap::Args;

use crate::Failure;
use crate::replace::{Existing, Written};

/// The `--out` that means standard output.
const STANDARD_OUTPUT: &str = "-";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The OpenAPI 3 document, YAML or JSON
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Take the paths that begin with this, by whole segments: /a/b takes /a/b and /a/b/{c}, not /a/bc
    #[arg(long = "path-prefix", value_name = "PREFIX", required = true)]
    path_prefixes: Vec<String>,
    /// Of each body, keep only this media type; the first one that a body has, when given more than once
    #[arg(long = "media-type", value_name = "TYPE")]
    media_types: Vec<String>,
    /// Where to write the fragment; - for standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace the file when there is one
    #[arg(long)]
    force: bool,
}

/// Below the options in `--help`, which is wrapped to the terminal's width.
pub(crate) const MORE_HELP: &str = "\
What is taken is what the document says, in its order, but for x- extensions that the generator does not \
know and links to operations that are not taken. Nothing is renamed.

Media types stay as they are, too, with all their versions: in Atlas' own documents they name the version \
of the API that a client asks for with its Accept header, so application/json in their place would be \
untrue. --media-type leaves one version of each body, and with it the schemas of that version only; a body \
that has no type that is asked for keeps all it has. The generator takes application/json alone, and names \
the places that are left to decide on.";

/// Cuts a fragment out of an OpenAPI document and writes it; what was taken goes to standard error.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { from, out, .. } = arguments;
    let to_file = out != Path::new(STANDARD_OUTPUT);
    if to_file {
        may_write(arguments)?;
    }
    let text = fs::read_to_string(from)
        .map_err(|error| format!("cannot read {}: {error}", from.display()))?;
    let selection = Selection {
        path_prefixes: arguments.path_prefixes.clone(),
        media_types: arguments.media_types.clone(),
    };
    let name = from
        .file_name()
        .unwrap_or(from.as_os_str())
        .to_string_lossy();
    let extracted =
        extract(&text, &name, &selection).map_err(|diagnostics| report(from, &diagnostics))?;
    if to_file {
        write_file(arguments, &extracted.text)?;
    } else {
        print(&extracted.text)?;
    }
    eprintln!("{}", extracted.summary);
    Ok(ExitCode::SUCCESS)
}

/// Says what would be lost, or is missing, before anything is read.
fn may_write(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { from, out, .. } = arguments;
    let folder = out.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|it| !it.is_dir()) {
        let (out, folder) = (out.display(), folder.display());
        return Err(format!("cannot write {out}: there is no folder {folder}").into());
    }
    let Ok(existing) = fs::canonicalize(out) else {
        return Ok(());
    };
    let shown = out.display();
    if !existing.is_file() {
        return Err(
            format!("{shown} is no file that could be replaced; - is standard output").into(),
        );
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
        "{} exists, and may have been edited; --force replaces it",
        out.display()
    )
}

fn write_file(Arguments { out, force, .. }: &Arguments, text: &str) -> Result<(), Failure> {
    let existing = if *force {
        Existing::Replace
    } else {
        Existing::Keep
    };
    let written = Written::for_path(out, text).and_then(|file| file.finish(existing));
    written.map_err(|error| match error.kind() {
        // It was not there at the start.
        ErrorKind::AlreadyExists => exists(out),
        _ => format!("cannot write {}: {error}", out.display()),
    })?;
    eprintln!("wrote {}", out.display());
    Ok(())
}

/// A reader that has seen enough, such as `head`, is no failure.
fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {error}").into())
        }
        _ => Ok(()),
    }
}

fn report(from: &Path, diagnostics: &[Diagnostic]) -> String {
    let from = from.display();
    let mut report = format!(
        "nothing was cut out of {from}; {} problem(s):",
        diagnostics.len()
    );
    for diagnostic in diagnostics {
        report.push_str(&format!("\n  {from}:{diagnostic}"));
    }
    report
}
