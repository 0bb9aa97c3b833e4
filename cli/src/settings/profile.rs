//! Reads the profiles of the Atlas CLI. They are never written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::warn_if_readable;
use crate::failure::Failure;

const DEFAULT: &str = "default";

/// A profile, which is a table of the file.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    values: Table,
}

impl Profile {
    /// Reads the profile `name`, which must exist, or without a name the default one, which need not.
    pub(super) fn read(file: Option<&Path>, name: Option<&str>) -> Result<Option<Self>, Failure> {
        let Some(file) = file else {
            return missing(name, "this account has no configuration directory");
        };
        let path = file.display();
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return missing(name, &format!("{path} does not exist"));
            }
            Err(error) => return Err(Failure::usage(format!("could not read {path}: {error}"))),
        };
        let mut tables = parse(&text, file)?;
        if tables.values().any(has_secret) {
            warn_if_readable(file, "the keys of your profiles");
        }
        let selected = name.unwrap_or(DEFAULT);
        match tables.remove(selected) {
            Some(Value::Table(values)) => Ok(Some(Self {
                name: selected.to_owned(),
                file: file.to_owned(),
                values,
            })),
            _ => missing(name, &format!("{path} has {}", names(&tables))),
        }
    }

    /// Returns the text of a key. The Atlas CLI writes an empty text for a key that is not set.
    pub(super) fn get(&self, key: &str) -> Result<Option<&str>, Failure> {
        match self.values.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(_) => Err(Failure::usage(format!(
                "{key} of profile {} in {} is not a string",
                self.name,
                self.file.display()
            ))),
        }
    }
}

/// Parses the file. The error has the number of the line, but not its text, which can hold a key.
fn parse(text: &str, file: &Path) -> Result<Table, Failure> {
    text.parse::<Table>().map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text[..start.min(text.len())].matches('\n').count() + 1;
        Failure::usage(format!(
            "{}, line {line}, is not TOML: {}",
            file.display(),
            error.message()
        ))
    })
}

fn has_secret(value: &Value) -> bool {
    let keys = ["private_api_key", "client_secret"];
    keys.iter().any(|key| value.get(key).is_some())
}

fn names(tables: &Table) -> String {
    let tables = tables.iter().filter(|(_, value)| value.is_table());
    let names: Vec<&str> = tables.map(|(name, _)| name.as_str()).collect();
    if names.is_empty() {
        return "no profiles".to_owned();
    }
    format!("the profiles {}", names.join(", "))
}

fn missing(name: Option<&str>, reason: &str) -> Result<Option<Profile>, Failure> {
    let Some(name) = name else {
        return Ok(None);
    };
    Err(Failure::usage(format!(
        "unknown profile {name:?}: {reason}"
    )))
}

/// Returns the path of the Atlas CLI's file in the user's configuration directory.
///
/// The rule for macOS is the Atlas CLI's own, so libraries for such directories do not fit.
pub(super) fn file(environment: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let directory = if cfg!(windows) {
        PathBuf::from(environment("AppData")?)
    } else if let Some(directory) = environment("XDG_CONFIG_HOME") {
        PathBuf::from(directory)
    } else {
        let home = PathBuf::from(environment("HOME")?);
        if cfg!(target_os = "macos") {
            home.join("Library/Application Support")
        } else {
            home.join(".config")
        }
    };
    Some(directory.join("atlascli").join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_has_the_line_but_not_its_text() {
        let text = "[default]\npublic_api_key = \"a\"\nprivate_api_key = \"hunter2\n";
        let error = parse(text, Path::new("config.toml"))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("config.toml, line 3, is not TOML"),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn no_file_causes_a_panic(text: String) {
            let _ = parse(&text, Path::new("config.toml"));
        }
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn file_is_that_of_the_atlas_cli() {
        let home = |name: &str| (name == "HOME").then(|| "/home/ada".to_owned());
        assert_eq!(
            file(&home).unwrap(),
            Path::new("/home/ada/.config/atlascli/config.toml")
        );
        let xdg = |name: &str| (name == "XDG_CONFIG_HOME").then(|| "/etc/ada".to_owned());
        assert_eq!(
            file(&xdg).unwrap(),
            Path::new("/etc/ada/atlascli/config.toml")
        );
        assert_eq!(file(&|_| None), None);
    }
}
