/// Types used as operation parameters and responses.
pub mod types {
    ///A colour.
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
        Red,
        LightGreen,
        ///A value that this version does not know.
        Unknown(crate::UnknownValue),
    }
    impl Colour {
        ///The 2 values that this version knows.
        pub const KNOWN: &'static [Self] = &[Self::Red, Self::LightGreen];
        ///The value as the API writes it.
        pub fn as_str(&self) -> &str {
            match self {
                Self::Red => "RED",
                Self::LightGreen => "light-green",
                Self::Unknown(value) => value.as_str(),
            }
        }
        ///Whether this version knows the value.
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
    ///No method names it.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum Shape {
        #[serde(rename = "ROUND")]
        Round,
    }
    impl ::std::fmt::Display for Shape {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Round => f.write_str("ROUND"),
            }
        }
    }
    impl ::std::str::FromStr for Shape {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "ROUND" => Ok(Self::Round),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for Shape {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for Shape {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///A thing.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Thing {
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
