//! What generated code finds in the client's crate, with the signatures that it has there.
//! It is written into a package for the compiler; it is no part of the tests' own code.

use std::fmt::Display;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Debug)]
pub struct Error;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Method(&'static str);

impl Method {
    pub const GET: Self = Self("GET");
    pub const PUT: Self = Self("PUT");
    pub const POST: Self = Self("POST");
    pub const DELETE: Self = Self("DELETE");
    pub const OPTIONS: Self = Self("OPTIONS");
    pub const HEAD: Self = Self("HEAD");
    pub const PATCH: Self = Self("PATCH");
    pub const TRACE: Self = Self("TRACE");
}

#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    pub id: &'static str,
    pub method: Method,
    pub base_path: &'static str,
    pub path: &'static str,
    pub idempotent: bool,
    pub accept: &'static str,
    pub content_type: Option<&'static str>,
    pub summary: &'static str,
    pub roles: &'static [&'static str],
}

pub struct Call<'c>(PhantomData<&'c ()>);

impl<'c> Call<'c> {
    pub fn new<T>(_client: &'c T, _operation: &'static Operation) -> Self {
        Self(PhantomData)
    }

    pub fn path(self, _name: &'static str, _value: &impl Display) -> Self {
        self
    }

    pub fn query<V: Display>(
        self,
        _name: &'static str,
        _values: impl IntoIterator<Item = V>,
    ) -> Self {
        self
    }

    pub fn header(self, _name: &'static str, _value: Option<impl Display>) -> Self {
        self
    }

    pub fn json(self, _body: &impl Serialize) -> Self {
        self
    }

    pub async fn fetch<T: DeserializeOwned>(self) -> Result<T, Error> {
        Err(Error)
    }

    pub async fn fetch_list<T: DeserializeOwned>(self) -> Result<Vec<T>, Error> {
        Err(Error)
    }

    pub async fn fetch_optional<T: DeserializeOwned>(self) -> Result<Option<T>, Error> {
        Err(Error)
    }

    pub async fn send(self) -> Result<(), Error> {
        Err(Error)
    }
}

/// Types like those that the client writes by hand for `x-rust-type`.
macro_rules! by_hand {
    ($($name:ident)*) => {$(
        #[derive(
            Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl crate::lenient::Received for $name {
            fn received(text: String) -> Self {
                Self(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

pub(crate) use by_hand;
