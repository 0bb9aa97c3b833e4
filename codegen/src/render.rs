//! The generated file as text.

use sha2::{Digest, Sha256};
use syn::File;

/// Prints the file below a header that names its source, the source's hash, and the command.
pub(crate) fn render(file: &File, source_name: &str, text: &str) -> String {
    let code = prettyplease::unparse(file);
    let hash = hash(text);
    format!(
        "// Generated from {source_name}, with SHA-256\n\
         // {hash},\n\
         // by `cargo xtask generate`. Do not edit it: change the fragment or the generator.\n\n\
         {code}"
    )
}

/// Prints a file that all fragments share.
pub(crate) fn render_common(file: &File) -> String {
    let code = prettyplease::unparse(file);
    format!(
        "// Generated from all fragments by `cargo xtask generate`. Do not edit it: change the fragments\n\
         // or the generator.\n\n\
         {code}"
    )
}

/// Returns the hash of a text, whose lines may end as on Unix or as on Windows.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn the_hash_is_sha_256_of_the_text() {
        // The example of FIPS 180-2, appendix B.1.
        assert_eq!(
            hash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(hash("a\r\nb"), hash("a\nb"));
        assert_ne!(hash("a\nb"), hash("a b"));
    }
}
