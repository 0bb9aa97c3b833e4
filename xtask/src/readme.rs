//! The programs of the workspace's README, compiled as tests.
//!
//! No package that is published can contain it, since the README is outside of their directories.
#![cfg_attr(doctest, doc = include_str!("../../README.md"))]
