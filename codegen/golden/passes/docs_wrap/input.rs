use crate::{Client, Error};
///Every operation of the API.
pub mod operations {
    use crate::{Method, Operation};
    ///`deleteThings`: Delete the things.
    pub static DELETE_THINGS: Operation = Operation {
        id: "deleteThings",
        method: Method::DELETE,
        base_path: "/api",
        path: "/things",
        idempotent: true,
        summary: "Delete the things.",
        roles: &[],
    };
    ///All of them, in the order of the description.
    pub static ALL: &[&Operation] = &[&DELETE_THINGS];
}
/// Types used as operation parameters and responses.
pub mod types {
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
impl Client {
    /**Delete the things.

The things that match are gone for good, and so are their parts, unless a part belongs to another thing, too; that one keeps it.

- A thing that is locked stays, and the answer does not name it, so that a look at the list afterwards is what tells.
- An <https://things.example/a/very/long/link/that/must/not/be/broken/however/little/of/the/line/it/leaves/to/words> stays.

Sends `DELETE /things`.

# Parameters

- `match`: What the names of the things must contain, as they were written when the things were made.

# Errors

[`Error`], with the code that the answer names, if it does:

- 4XX*/
    pub async fn delete_things(&self, match_: Option<&str>) -> Result<(), Error> {
        self.call(&operations::DELETE_THINGS).query("match", match_).send().await
    }
}
