//! `cargo xtask generate`.

use std::process::ExitCode;

use crate::Failure;
use crate::fragment::FRAGMENTS;
use crate::replace::{Existing, write};

/// Writes every generated file that differs, each at once or not at all.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    for fragment in FRAGMENTS {
        let text = fragment.generate()?;
        if fragment.checked_in()?.as_deref() == Some(text.as_str()) {
            println!("unchanged  {}", fragment.target);
            continue;
        }
        write(&fragment.target_path(), &text, Existing::Replace)
            .map_err(|error| format!("cannot write {}: {error}", fragment.target))?;
        if fragment.checked_in()?.as_deref() != Some(text.as_str()) {
            return Err(format!("{} is not what was just written to it", fragment.target).into());
        }
        println!("wrote      {}", fragment.target);
    }
    Ok(ExitCode::SUCCESS)
}
