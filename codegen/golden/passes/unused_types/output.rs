/// Types used as operation parameters and responses.
pub mod types {
    ///What went wrong.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[non_exhaustive]
    pub struct Failure {
        pub reason: ::std::option::Option<Reason>,
    }
    ///Why.
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
    pub enum Reason {
        ///`LOCKED`: Someone else has it.
        Locked,
        ///A value that this version does not know.
        Unknown(crate::UnknownValue),
    }
    impl Reason {
        ///The 1 values that this version knows.
        pub const KNOWN: &'static [Self] = &[Self::Locked];
        ///The value as the API writes it.
        pub fn as_str(&self) -> &str {
            match self {
                Self::Locked => "LOCKED",
                Self::Unknown(value) => value.as_str(),
            }
        }
        ///Whether this version knows the value.
        pub fn is_known(&self) -> bool {
            !matches!(self, Self::Unknown(_))
        }
    }
    impl ::std::fmt::Display for Reason {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.pad(self.as_str())
        }
    }
    impl From<&str> for Reason {
        fn from(value: &str) -> Self {
            match value {
                "LOCKED" => Self::Locked,
                other => Self::Unknown(crate::UnknownValue::new(other.to_owned())),
            }
        }
    }
    impl From<String> for Reason {
        fn from(value: String) -> Self {
            Self::from(value.as_str())
        }
    }
    impl From<Reason> for String {
        fn from(value: Reason) -> Self {
            value.as_str().to_owned()
        }
    }
    impl ::std::str::FromStr for Reason {
        type Err = ::std::convert::Infallible;
        fn from_str(value: &str) -> Result<Self, ::std::convert::Infallible> {
            Ok(Self::from(value))
        }
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
