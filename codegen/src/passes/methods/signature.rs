//! What a method of progenitor's takes and returns.

use std::collections::BTreeSet;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, GenericArgument, ImplItemFn, Pat, PathArguments, ReturnType, Type, TypePath};

use crate::passes::{Outcome, mismatch};

/// Arguments, and the types of success and error.
pub(super) struct Signature {
    pub(super) arguments: Vec<Argument>,
    pub(super) success: Type,
    error: Type,
}

/// One argument of a method.
pub(super) struct Argument {
    pub(super) name: Ident,
    pub(super) ty: Type,
}

impl Signature {
    /// Reads the signature of a method.
    ///
    /// # Errors
    ///
    /// When it does not return `Result<ResponseValue<_>, Error<_>>`.
    pub(super) fn of(method: &ImplItemFn) -> Outcome<Self> {
        let name = &method.sig.ident;
        let mut arguments = Vec::new();
        for input in &method.sig.inputs {
            let FnArg::Typed(input) = input else { continue };
            let Pat::Ident(pattern) = &*input.pat else {
                return mismatch(format!("{name} has an argument without a name"));
            };
            let mut ty = (*input.ty).clone();
            ElideLifetimes.visit_type_mut(&mut ty);
            arguments.push(Argument {
                name: pattern.ident.clone(),
                ty,
            });
        }
        let ReturnType::Type(_, output) = &method.sig.output else {
            return mismatch(format!("{name} returns nothing"));
        };
        let unexpected = || format!("{name} returns {}", output.to_token_stream());
        let Some([success, error]) = generics::<2>(output, "Result") else {
            return mismatch(unexpected());
        };
        let (Some([success]), Some([error])) = (
            generics::<1>(&success, "ResponseValue"),
            generics::<1>(&error, "Error"),
        ) else {
            return mismatch(unexpected());
        };
        Ok(Self {
            arguments,
            success,
            error,
        })
    }

    /// Whether a success carries nothing: no body, or an object without fields.
    pub(super) fn answers_nothing(&self, empty_objects: &BTreeSet<&str>) -> bool {
        let unit = matches!(&self.success, Type::Tuple(tuple) if tuple.elems.is_empty());
        let types = named_types(&self.success);
        unit || (types.len() == 1
            && types
                .iter()
                .all(|name| empty_objects.contains(name.as_str())))
    }

    /// Whether an argument is no reference to a sized value: numbers and enums are taken by value, and
    /// texts as `&str`.
    pub(super) fn must_be_referred_to(&self, argument: &Ident) -> bool {
        let mut arguments = self.arguments.iter();
        arguments.any(|known| known.name == *argument && !is_reference_to_sized(&known.ty))
    }

    pub(super) fn is_optional(&self, argument: &Ident) -> bool {
        let mut arguments = self.arguments.iter();
        arguments
            .any(|known| known.name == *argument && generics::<1>(&known.ty, "Option").is_some())
    }

    pub(super) fn success_types(&self) -> BTreeSet<String> {
        named_types(&self.success)
    }

    pub(super) fn error_types(&self) -> BTreeSet<String> {
        named_types(&self.error)
    }

    pub(super) fn argument_types(&self) -> BTreeSet<String> {
        let types = self.arguments.iter();
        types
            .flat_map(|argument| named_types(&argument.ty))
            .collect()
    }
}

fn is_reference_to_sized(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else {
        return false;
    };
    !matches!(&*reference.elem, Type::Path(path) if path.path.is_ident("str"))
}

/// The type arguments of `name<…>`, when there are just `N`.
fn generics<const N: usize>(ty: &Type, name: &str) -> Option<[Type; N]> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    if segment.ident != name {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    let types: Vec<Type> = arguments
        .args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty.clone()),
            _ => None,
        })
        .collect();
    types.try_into().ok()
}

/// The names of the `types::…` in a type.
fn named_types(ty: &Type) -> BTreeSet<String> {
    #[derive(Default)]
    struct Names(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_type_path(&mut self, path: &'ast TypePath) {
            let segments: Vec<String> = path
                .path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect();
            if let [module, name] = &segments[..]
                && module == "types"
            {
                self.0.insert(name.clone());
            }
            visit::visit_type_path(self, path);
        }
    }
    let mut names = Names::default();
    names.visit_type(ty);
    names.0
}

/// The compiler finds the lifetimes of the arguments by itself.
struct ElideLifetimes;

impl VisitMut for ElideLifetimes {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime = None;
        visit_mut::visit_type_reference_mut(self, reference);
    }
}
