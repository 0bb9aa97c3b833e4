//! Where the workspace lies.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What every checkout has, and no folder inside one.
const MARK: &str = "xtask/Cargo.toml";

/// The workspace that the task was started in, from whichever of its folders; from outside, the one that
/// the task was built in.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here = env::current_dir().unwrap_or_default();
        around(&here).unwrap_or(built_in()).to_owned()
    })
}

fn around(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .find(|ancestor| ancestor.join(MARK).is_file())
}

fn built_in() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_from_each_of_its_folders() {
        assert_eq!(around(built_in()), Some(built_in()));
        assert_eq!(around(&built_in().join("xtask/src")), Some(built_in()));
        assert_eq!(around(Path::new("/")), None);
    }
}
