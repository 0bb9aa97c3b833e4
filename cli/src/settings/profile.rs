//! The profiles of the Atlas CLI, which are read and never written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::warn_if_readable;
use crate::failure::Failure;

/// The profile that is used when none is named.
pub(crate) const DEFAULT: &str = "default";

/// One table of the file.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    file: PathBuf,
    values: Table,
}

impl Profile {
    /// Reads the profile `name`, or without one the default profile, which need not exist.
    ///
    /// # Errors
    ///
    /// [`Failure::usage`] when the file cannot be read or is no TOML, or when a profile that was asked for is
    /// not there.
    pub(crate) fn read(file: Option<&Path>, name: Option<&str>) -> Result<Option<Self>, Failure> {
        let wanted = name.unwrap_or(DEFAULT);
        let Some(file) = file else {
            return missing(name, "this account has no folder for configuration");
        };
        let shown = file.display();
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return missing(name, &format!("there is no {shown}"));
            }
            Err(error) => return Err(Failure::usage(format!("cannot read {shown}: {error}"))),
        };
        let mut tables = parse(&text, file)?;
        if tables.values().any(holds_a_secret) {
            warn_if_readable(file, "the keys of your profiles");
        }
        match tables.remove(wanted) {
            Some(Value::Table(values)) => Ok(Some(Self {
                name: wanted.to_owned(),
                file: file.to_owned(),
                values,
            })),
            _ => missing(name, &format!("{shown} has {}", names(&tables))),
        }
    }

    /// The text of a key; nothing when it is empty, which is how the Atlas CLI writes what is not set.
    ///
    /// # Errors
    ///
    /// [`Failure::usage`] when it is no text.
    pub(crate) fn get(&self, key: &str) -> Result<Option<&str>, Failure> {
        match self.values.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(_) => Err(Failure::usage(format!(
                "{key} of profile {} in {} is no text",
                self.name,
                self.file.display()
            ))),
        }
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }
}

/// Reads the file. The library shows the line that it stumbles over, which may hold a key; only the
/// number of the line is told here.
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

fn holds_a_secret(value: &Value) -> bool {
    let Value::Table(table) = value else {
        return false;
    };
    ["private_api_key", "client_secret"]
        .iter()
        .any(|key| table.contains_key(*key))
}

fn names(tables: &Table) -> String {
    let names: Vec<&str> = tables
        .iter()
        .filter(|(_, value)| value.is_table())
        .map(|(name, _)| name.as_str())
        .collect();
    match names.len() {
        0 => "no profiles".to_owned(),
        _ => format!("the profiles {}", names.join(", ")),
    }
}

fn missing(asked_for: Option<&str>, because: &str) -> Result<Option<Profile>, Failure> {
    let Some(name) = asked_for else {
        return Ok(None);
    };
    Err(Failure::usage(format!(
        "there is no profile {name:?}: {because}"
    )))
}

/// The file of the Atlas CLI, under the user's folder for configuration.
///
/// Where that is differs by system, and the Atlas CLI has its own rule on macOS: it is written out here.
pub(crate) fn file(environment: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let folder = if cfg!(windows) {
        PathBuf::from(environment("AppData")?)
    } else if let Some(folder) = environment("XDG_CONFIG_HOME") {
        PathBuf::from(folder)
    } else {
        let home = PathBuf::from(environment("HOME")?);
        if cfg!(target_os = "macos") {
            home.join("Library/Application Support")
        } else {
            home.join(".config")
        }
    };
    Some(folder.join("atlascli").join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_the_file_tells_the_line_and_not_what_stands_there() {
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
        fn no_file_makes_it_panic(text: String) {
            let _ = parse(&text, Path::new("config.toml"));
        }
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn the_file_is_where_the_atlas_cli_has_it() {
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
