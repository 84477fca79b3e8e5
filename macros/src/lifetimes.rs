//! How long a boxed coroutine may live: not longer than anything that its parameters borrow.
//!
//! The return type of a coroutine that is not boxed captures all that is in scope, and nobody has to say it. [`Boxed`]
//! names one lifetime, so that has to be found, or made:
//!
//! ```text
//! Input:   fn f(n: u32)                 Output:  … -> Boxed<'static, …>
//! Input:   fn f(&self)                  Output:  … -> Boxed<'_, …>
//! Input:   fn f<'a>(text: &'a str)      Output:  … -> Boxed<'a, …>
//! Input:   fn f<T>(&self, a: &str, b: T)
//! Output:  fn f<'__0: '__all, '__1: '__all, '__all, T: '__all>(&'__0 self, a: &'__1 str, b: T) -> Boxed<'__all, …>
//! ```
//!
//! [`Boxed`]: https://docs.rs/antiphon/latest/antiphon/struct.Boxed.html

use proc_macro2::{Ident, Span};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, ExprConst, FnArg, GenericParam, Lifetime, ParenthesizedGenericArguments, Path, PredicateType, Receiver,
    Signature, Token, TraitBound, Type, TypeBareFn, TypeImplTrait, TypeParamBound, TypePtr, TypeReference, WhereClause,
    WherePredicate, parse_quote,
};

/// The lifetime of the coroutine. `types` are those of what it yields, is sent, and so on; where a lifetime is left out in
/// them, and new ones are made, it is written out.
pub(crate) fn of_all(sig: &mut Signature, types: &mut [&mut Type]) -> Lifetime {
    let named: Vec<Lifetime> = sig.generics.lifetimes().map(|parameter| parameter.lifetime.clone()).collect();
    let owned_self = sig.inputs.iter().any(|input| match input {
        FnArg::Receiver(receiver) => holds_self(&receiver.ty),
        FnArg::Typed(typed) => holds_self(&typed.ty),
    });
    let mut count = Elided { name: false, names: Vec::new(), opaque: 0 };
    sig.inputs.iter_mut().for_each(|input| count.visit_fn_arg_mut(input));
    let outside = from_outside(sig, types);
    let others = owned_self || count.opaque > 0 || sig.generics.type_params().next().is_some() || !outside.is_empty();
    match (named.as_slice(), count.names.len(), others) {
        ([], 0, false) => return Lifetime::new("'static", Span::mixed_site()),
        ([], 1, false) => return Lifetime::new("'_", Span::mixed_site()),
        ([only], 0, false) => return only.clone(),
        _ => {}
    }

    let all = Lifetime::new("'__all", Span::mixed_site());
    let mut elided = Elided { name: true, names: Vec::new(), opaque: 0 };
    for input in &mut sig.inputs {
        elided.visit_fn_arg_mut(input);
        BoundOpaque(&all).visit_fn_arg_mut(input);
    }
    // As the compiler would have it: the one of `self`, or the only one there is.
    let in_self = matches!(sig.inputs.first(), Some(FnArg::Receiver(receiver)) if is_reference(receiver));
    let left_out = match (elided.names.as_slice(), named.as_slice()) {
        ([first, ..], _) if in_self => Some(first),
        ([only], []) | ([], [only]) => Some(only),
        _ => None,
    };
    if let Some(lifetime) = left_out {
        types.iter_mut().for_each(|ty| WriteOut(lifetime).visit_type_mut(ty));
    }

    let mut parameters: Vec<GenericParam> = elided.names.iter().map(|lifetime| parse_quote!(#lifetime)).collect();
    parameters.extend(std::mem::take(&mut sig.generics.params));
    for parameter in &mut parameters {
        match parameter {
            GenericParam::Lifetime(parameter) => parameter.bounds.push(all.clone()),
            GenericParam::Type(parameter) => match bounds_below(&mut sig.generics.where_clause, &parameter.ident) {
                // Where the user has put others: lints want all in one place.
                Some(bounds) if parameter.bounds.is_empty() => bounds.push(TypeParamBound::Lifetime(all.clone())),
                _ => parameter.bounds.push(TypeParamBound::Lifetime(all.clone())),
            },
            GenericParam::Const(_) => {}
        }
    }
    parameters.push(parse_quote!(#all));
    // Lifetimes stand before types.
    parameters.sort_by_key(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
    sig.generics.params = parameters.into_iter().collect();
    if owned_self {
        sig.generics.make_where_clause().predicates.push(parse_quote!(Self: #all));
    }
    for lifetime in outside {
        sig.generics.make_where_clause().predicates.push(parse_quote!(#lifetime: #all));
    }
    all
}

/// The lifetimes that the signature mentions and does not declare: those of an `impl`, or of a trait.
fn from_outside(sig: &Signature, types: &[&mut Type]) -> Vec<Lifetime> {
    struct Mentioned(Vec<Lifetime>);
    impl<'ast> Visit<'ast> for Mentioned {
        fn visit_lifetime(&mut self, node: &'ast Lifetime) {
            if !self.0.contains(node) {
                self.0.push(node.clone());
            }
        }
        fn visit_type_bare_fn(&mut self, _: &'ast TypeBareFn) {}
        // As everywhere here: an array's length mentions none, and the walk through expressions would be compiled once more.
        fn visit_expr(&mut self, _: &'ast Expr) {}
        fn visit_expr_const(&mut self, _: &'ast ExprConst) {}
        fn visit_parenthesized_generic_arguments(&mut self, _: &'ast ParenthesizedGenericArguments) {}
        fn visit_trait_bound(&mut self, node: &'ast TraitBound) {
            if node.lifetimes.is_none() {
                visit::visit_trait_bound(self, node);
            }
        }
    }
    let mut mentioned = Mentioned(Vec::new());
    sig.inputs.iter().for_each(|input| mentioned.visit_fn_arg(input));
    types.iter().for_each(|ty| mentioned.visit_type(ty));
    let declared = |lifetime: &Lifetime| sig.generics.lifetimes().any(|parameter| parameter.lifetime == *lifetime);
    mentioned.0.retain(|lifetime| lifetime.ident != "_" && lifetime.ident != "static" && !declared(lifetime));
    mentioned.0
}

type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// The bounds of a type parameter in a `where` clause, if there are some.
fn bounds_below<'a>(clause: &'a mut Option<WhereClause>, name: &Ident) -> Option<&'a mut Bounds> {
    clause.as_mut()?.predicates.iter_mut().find_map(|predicate| match predicate {
        WherePredicate::Type(PredicateType { lifetimes: None, bounded_ty: Type::Path(ty), bounds, .. })
            if ty.path.is_ident(name) =>
        {
            Some(bounds)
        }
        _ => None,
    })
}

/// Whether there is a `Self` in the type, but for those that a reference bounds: `Box<Self>`.
fn holds_self(ty: &Type) -> bool {
    struct Search(bool);
    impl Visit<'_> for Search {
        fn visit_path(&mut self, node: &Path) {
            self.0 |= node.is_ident("Self");
            visit::visit_path(self, node);
        }

        fn visit_type_reference(&mut self, _: &TypeReference) {}
        fn visit_expr(&mut self, _: &Expr) {}
    }
    let mut search = Search(false);
    search.visit_type(ty);
    search.0
}

fn is_reference(receiver: &Receiver) -> bool {
    receiver.reference.is_some() || receiver.colon_token.is_some()
}

/// Finds the lifetimes that are left out in a parameter, and names them.
struct Elided {
    /// Whether to name them, or only to count.
    name: bool,
    names: Vec<Lifetime>,
    /// How many `impl Trait` there are.
    opaque: usize,
}

impl Elided {
    fn next(&mut self) -> Option<Lifetime> {
        let name = Lifetime::new(&format!("'__{}", self.names.len()), Span::mixed_site());
        self.names.push(name.clone());
        self.name.then_some(name)
    }
}

impl VisitMut for Elided {
    fn visit_receiver_mut(&mut self, node: &mut Receiver) {
        match &mut node.reference {
            Some((_, lifetime)) => {
                match lifetime {
                    None => *lifetime = self.next(),
                    Some(lifetime) => self.visit_lifetime_mut(lifetime),
                }
                // `syn` keeps the type that it stands for.
                if let (Type::Reference(ty), true) = (&mut *node.ty, self.name) {
                    ty.lifetime.clone_from(lifetime);
                }
            }
            None if node.colon_token.is_some() => self.visit_type_mut(&mut node.ty),
            None => {}
        }
    }

    fn visit_type_reference_mut(&mut self, node: &mut TypeReference) {
        if node.lifetime.is_none() {
            node.lifetime = self.next();
        }
        visit_mut::visit_type_reference_mut(self, node);
    }

    fn visit_lifetime_mut(&mut self, node: &mut Lifetime) {
        if node.ident == "_" {
            if let Some(name) = self.next() {
                *node = name;
            }
        }
    }

    fn visit_type_impl_trait_mut(&mut self, node: &mut TypeImplTrait) {
        self.opaque += 1;
        visit_mut::visit_type_impl_trait_mut(self, node);
    }

    /// These have lifetimes of their own.
    fn visit_type_bare_fn_mut(&mut self, _: &mut TypeBareFn) {}
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
    fn visit_expr_mut(&mut self, _: &mut Expr) {}
    fn visit_expr_const_mut(&mut self, _: &mut ExprConst) {}
}

/// Bounds each `impl Trait` by a lifetime.
struct BoundOpaque<'a>(&'a Lifetime);

impl VisitMut for BoundOpaque<'_> {
    fn visit_type_impl_trait_mut(&mut self, node: &mut TypeImplTrait) {
        node.bounds.push(TypeParamBound::Lifetime(self.0.clone()));
        visit_mut::visit_type_impl_trait_mut(self, node);
    }

    fn visit_type_reference_mut(&mut self, node: &mut TypeReference) {
        visit_mut::visit_type_reference_mut(self, node);
        parenthesize(&mut node.elem);
    }

    fn visit_type_ptr_mut(&mut self, node: &mut TypePtr) {
        visit_mut::visit_type_ptr_mut(self, node);
        parenthesize(&mut node.elem);
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
    fn visit_expr_const_mut(&mut self, _: &mut ExprConst) {}
}

/// An `impl A` behind a `&` needs no parentheses, an `impl A + 'a` does.
fn parenthesize(ty: &mut Type) {
    if let Type::ImplTrait(opaque) = ty {
        *ty = parse_quote!((#opaque));
    }
}

/// Writes a lifetime where one is left out.
struct WriteOut<'a>(&'a Lifetime);

impl VisitMut for WriteOut<'_> {
    fn visit_type_reference_mut(&mut self, node: &mut TypeReference) {
        node.lifetime.get_or_insert_with(|| self.0.clone());
        visit_mut::visit_type_reference_mut(self, node);
    }

    fn visit_lifetime_mut(&mut self, node: &mut Lifetime) {
        if node.ident == "_" {
            *node = self.0.clone();
        }
    }

    fn visit_type_bare_fn_mut(&mut self, _: &mut TypeBareFn) {}
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
    fn visit_expr_mut(&mut self, _: &mut Expr) {}
    fn visit_expr_const_mut(&mut self, _: &mut ExprConst) {}
}
