use crate::{Client, Error};
/// Every operation of the API.
pub mod operations {
    use crate::{Method, Operation};
    /// `listThings`: List the things.
    pub static LIST_THINGS: Operation = Operation {
        id: "listThings",
        method: Method::GET,
        base_path: "/api",
        path: "/things",
        idempotent: true,
        summary: "List the things.",
        roles: &[],
    };
    /// All of them, in the order of the description.
    pub static ALL: &[&Operation] = &[&LIST_THINGS];
}
/// Types used as operation parameters and responses.
pub mod types {
    /// A colour.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    #[serde(from = "String", into = "String")]
    #[non_exhaustive]
    pub enum Colour {
        /// `RED`: Like blood.
        Red,
        /// `light-green`: Like new grass.
        LightGreen,
        /// A value that this version does not know.
        Unknown(crate::UnknownValue),
    }
    impl Colour {
        /// The 2 values that this version knows.
        pub const KNOWN: &'static [Self] = &[Self::Red, Self::LightGreen];
        /// The value as the API writes it.
        pub fn as_str(&self) -> &str {
            match self {
                Self::Red => "RED",
                Self::LightGreen => "light-green",
                Self::Unknown(value) => value.as_str(),
            }
        }
        /// Whether this version knows the value.
        pub fn is_known(&self) -> bool {
            !matches!(self, Self::Unknown(_))
        }
    }
    impl ::std::fmt::Display for Colour {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.pad(self.as_str())
        }
    }
    impl From<&str> for Colour {
        fn from(value: &str) -> Self {
            match value {
                "RED" => Self::Red,
                "light-green" => Self::LightGreen,
                other => Self::Unknown(crate::UnknownValue::new(other.to_owned())),
            }
        }
    }
    impl From<String> for Colour {
        fn from(value: String) -> Self {
            Self::from(value.as_str())
        }
    }
    impl From<Colour> for String {
        fn from(value: Colour) -> Self {
            value.as_str().to_owned()
        }
    }
    impl ::std::str::FromStr for Colour {
        type Err = ::std::convert::Infallible;
        fn from_str(value: &str) -> Result<Self, ::std::convert::Infallible> {
            Ok(Self::from(value))
        }
    }
    /// A thing.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Thing {
        /// A colour.
        pub colour: Colour,
    }
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
    /// List the things.
    ///
    /// Sends `GET /things`.
    ///
    /// # Errors
    ///
    /// [`Error`], with the code that the answer names, if it does:
    ///
    /// - 4XX
    pub async fn list_things(&self) -> Result<::std::vec::Vec<types::Thing>, Error> {
        self.call(&operations::LIST_THINGS).fetch().await
    }
}
