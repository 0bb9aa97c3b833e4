/// Types used as operation parameters and responses.
pub mod types {
    ///What was in its place; a name alone.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(transparent)]
    pub struct Former(pub Named);
    impl ::std::ops::Deref for Former {
        type Target = Named;
        fn deref(&self) -> &Named {
            &self.0
        }
    }
    impl ::std::convert::From<Former> for Named {
        fn from(value: Former) -> Self {
            value.0
        }
    }
    impl ::std::convert::From<Named> for Former {
        fn from(value: Named) -> Self {
            Self(value)
        }
    }
    ///What has a name.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[non_exhaustive]
    pub struct Named {
        ///Its name.
        pub name: ::std::string::String,
        ///Its other name.
        pub alias: ::std::option::Option<::std::string::String>,
    }
    ///A thing.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[non_exhaustive]
    pub struct Thing {
        ///Its name.
        pub name: ::std::string::String,
        ///Its other name.
        pub alias: ::std::option::Option<::std::string::String>,
        pub replaced: ::std::option::Option<Former>,
        ///How eager it is.
        pub zeal: ::std::option::Option<::std::string::String>,
        ///Since when it is there.
        #[serde(rename = "createdAt")]
        pub created_at: ::std::option::Option<::std::string::String>,
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
