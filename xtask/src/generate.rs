//! `cargo xtask generate`.

use std::fs;
use std::process::ExitCode;

use anstream::println;
use atlas_private_endpoint_codegen::diff::compare_rust;

use crate::generated::{self, GeneratedFile, LIST};
use crate::replace::{Existing, Written};
use crate::{Failure, lint, workspace};

/// Writes every generated file that differs, all of them or none, removes those whose description
/// is gone, and says what changed for those who use the crate.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let Some(files) = lint::generate_all()? else {
        return Ok(ExitCode::FAILURE);
    };
    // All of them are read and written before the first gets its name: a failure leaves what was there.
    let mut changes = Vec::new();
    for file in &files {
        let before = file.checked_in()?;
        let written = if before.as_deref() == Some(file.text.as_str()) {
            None
        } else {
            let written = write(file);
            Some(written.map_err(|error| format!("cannot write {}: {error}", file.path))?)
        };
        changes.push((file, before, written));
    }
    for (file, before, written) in changes {
        let Some(written) = written else {
            println!("unchanged  {}", file.path);
            continue;
        };
        let finished = written.finish(Existing::Replace);
        finished.map_err(|error| format!("cannot write {}: {error}", file.path))?;
        if file.checked_in()?.as_deref() != Some(file.text.as_str()) {
            return Err(format!("{} is not what was just written to it", file.path).into());
        }
        println!("wrote      {}", file.path);
        if file.path == LIST {
            tell_origin(before.as_deref(), &file.text);
        } else {
            tell(before.as_deref(), &file.text);
        }
    }
    for path in generated::left_over(&files)? {
        fs::remove_file(workspace::root().join(&path))
            .map_err(|error| format!("cannot remove {path}: {error}"))?;
        println!("removed    {path}");
        println!("           for users of the crate, that is breaking; see also: cargo xtask diff");
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what changed for those who use the crate.
fn tell(before: Option<&str>, text: &str) {
    let Some(before) = before else {
        println!("           it is new to users of the crate");
        return;
    };
    let Ok(report) = compare_rust(before, text) else {
        println!("           what was there before is no Rust to compare it with");
        return;
    };
    let Some(verdict) = report.verdict() else {
        println!("           nothing changed for users of the crate");
        return;
    };
    for change in &report.changes {
        println!("  {:13}  {}", change.verdict, change.what);
    }
    println!("           for users of the crate, that is {verdict}; see also: cargo xtask diff");
}

/// Says where calls go now, when that is another place.
fn tell_origin(before: Option<&str>, text: &str) {
    let origin = |text: &str| {
        let mut lines = text.lines();
        let line = lines.find(|line| line.contains("DEFAULT_ORIGIN"))?;
        Some(line.split('"').nth(1)?.to_owned())
    };
    let (before, now) = (before.and_then(origin), origin(text));
    if let (Some(before), Some(now)) = (before, now)
        && before != now
    {
        println!("  breaking       calls go to {now} unless told otherwise, and went to {before}");
    }
}

fn write(generated: &GeneratedFile) -> std::io::Result<Written> {
    let path = generated.full_path();
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    Written::for_path(&path, &generated.text)
}
