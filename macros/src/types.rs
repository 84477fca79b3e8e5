//! What is in a type.
//!
//! The walk is `syn`'s, which is compiled anew for each type that implements it. So one does, and all who look for something are
//! told of what it meets.

use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, ExprConst, Lifetime, ParenthesizedGenericArguments, TraitBound, Type, TypeImplTrait, TypeTuple, parse_quote,
};

/// `()`
pub(crate) fn unit() -> Type {
    Type::Tuple(TypeTuple { paren_token: Paren::default(), elems: Punctuated::new() })
}

/// What a walk meets.
pub(crate) enum Part<'a> {
    Type(&'a mut Type),
    Lifetime(&'a mut Lifetime),
    Bound(&'a mut TraitBound),
    /// `(A) -> B`, behind a trait's name.
    Signature,
}

/// Shows the type itself and what is in it, the outer before the inner, and what is in a part only if `see` says `true`. Array
/// lengths are left out.
pub(crate) fn walk(ty: &mut Type, see: &mut dyn FnMut(Part<'_>) -> bool) {
    Walk { see }.visit_type_mut(ty);
}

struct Walk<'a> {
    see: &'a mut dyn FnMut(Part<'_>) -> bool,
}

impl VisitMut for Walk<'_> {
    fn visit_type_mut(&mut self, node: &mut Type) {
        if (self.see)(Part::Type(node)) {
            visit_mut::visit_type_mut(self, node);
        }
    }

    fn visit_lifetime_mut(&mut self, node: &mut Lifetime) {
        (self.see)(Part::Lifetime(node));
    }

    fn visit_trait_bound_mut(&mut self, node: &mut TraitBound) {
        if (self.see)(Part::Bound(node)) {
            visit_mut::visit_trait_bound_mut(self, node);
        }
    }

    fn visit_parenthesized_generic_arguments_mut(&mut self, node: &mut ParenthesizedGenericArguments) {
        if (self.see)(Part::Signature) {
            visit_mut::visit_parenthesized_generic_arguments_mut(self, node);
        }
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
    fn visit_expr_const_mut(&mut self, _: &mut ExprConst) {}
}

/// The first `impl Trait` in a type.
pub(crate) fn find_impl_trait(ty: &Type) -> Option<TypeImplTrait> {
    let mut found = None;
    walk(&mut ty.clone(), &mut |part| {
        if let Part::Type(Type::ImplTrait(opaque)) = part {
            found.get_or_insert_with(|| opaque.clone());
        }
        found.is_none()
    });
    found
}

/// The type with `_` for each `impl Trait`, which cannot be written inside a body.
pub(crate) fn without_impl(ty: &Type) -> Type {
    let mut ty = ty.clone();
    walk(&mut ty, &mut |part| {
        if let Part::Type(ty @ Type::ImplTrait(_)) = part {
            *ty = parse_quote!(_);
        }
        true
    });
    ty
}
