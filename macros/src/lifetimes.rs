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
//! Output:  fn f<'__self: '__coroutine, '__a: '__coroutine, '__coroutine, T: '__coroutine>
//!              (&'__self self, a: &'__a str, b: T) -> Boxed<'__coroutine, …>
//! ```
//!
//! The compiler says these names where one of them is too short: so they are those of the parameters, and lie there.
//!
//! [`Boxed`]: https://docs.rs/antiphon/latest/antiphon/struct.Boxed.html

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{
    FnArg, GenericParam, Lifetime, Pat, PredicateType, Receiver, Signature, Token, Type, TypeParamBound, WhereClause,
    WherePredicate, parse_quote,
};

use crate::names;
use crate::types::{Part, walk};

/// What is not longer than any other.
const ALL: &str = "'__coroutine";

/// The lifetime of the coroutine. `types` are those of what it yields, is sent, and so on; where a lifetime is left out in
/// them, and new ones are made, it is written out.
pub(crate) fn of_all(sig: &mut Signature, types: &mut [&mut Type]) -> Lifetime {
    let named: Vec<Lifetime> = sig.generics.lifetimes().map(|parameter| parameter.lifetime.clone()).collect();
    let owned_self = sig.inputs.iter_mut().any(|input| holds_self(type_of(input)));
    let mut count = Elided::default();
    sig.inputs.iter_mut().for_each(|input| count.find_in(input));
    let outside = from_outside(sig, types);
    let others = owned_self || count.opaque > 0 || sig.generics.type_params().next().is_some() || !outside.is_empty();
    match (named.as_slice(), count.names.len(), others) {
        ([], 0, false) => return Lifetime::new("'static", Span::mixed_site()),
        ([], 1, false) => return Lifetime::new("'_", Span::mixed_site()),
        ([only], 0, false) => return only.clone(),
        _ => {}
    }

    // As the compiler would have it: the one of `self`, or the only one there is.
    let in_self = of_self(sig);
    let (fixed, said): (Vec<_>, Vec<_>) = mentioned(sig).into_iter().partition(|lifetime| lifetime.ident == "static");
    let left_out = match (&in_self, count.names.as_slice(), said.as_slice()) {
        (Some(Some(lifetime)), _, _) => Some(lifetime),
        (Some(None), [first, ..], _) => Some(first),
        (None, [only], []) | (None, [], [only]) => Some(only),
        (None, [], []) => named.first().filter(|_| named.len() == 1).or(fixed.first()),
        _ => None,
    };
    if let Some(lifetime) = left_out {
        types.iter_mut().for_each(|ty| write_out(ty, lifetime));
    } else if types.iter_mut().any(|ty| leaves_out(ty)) {
        // The compiler says so; and of a signature that is the user's own, it can say what to write.
        return Lifetime::new("'static", Span::mixed_site());
    }

    let all = Lifetime::new(ALL, Span::mixed_site());
    let mut elided = Elided { name: true, ..Elided::default() };
    for input in &mut sig.inputs {
        elided.find_in(input);
        bound_opaque(type_of(input), &all);
    }
    let mut parameters: Vec<GenericParam> = elided.names.iter().map(|lifetime| parse_quote!(#lifetime)).collect();
    parameters.extend(std::mem::take(&mut sig.generics.params));
    for parameter in &mut parameters {
        match parameter {
            GenericParam::Lifetime(parameter) => parameter.bounds.push(all.clone()),
            GenericParam::Type(parameter) => match bounds_below(&mut sig.generics.where_clause, &parameter.ident) {
                // Where the user has put others: lints want all in one place.
                Some(bounds) if parameter.bounds.is_empty() => bounds.push(TypeParamBound::Lifetime(all.clone())),
                _ => {
                    // Behind the colon the compiler suggests others; so it lies where the user would have written it.
                    parameter.colon_token.get_or_insert(Token![:](parameter.ident.span()));
                    parameter.bounds.push(TypeParamBound::Lifetime(all.clone()));
                }
            },
            GenericParam::Const(_) => {}
        }
    }
    parameters.push(parse_quote!(#all));
    let is_lifetime = |parameter: &GenericParam| matches!(parameter, GenericParam::Lifetime(_));
    let (lifetimes, others): (Vec<_>, Vec<_>) = parameters.into_iter().partition(is_lifetime);
    sig.generics.params = lifetimes.into_iter().chain(others).collect();
    if owned_self {
        sig.generics.make_where_clause().predicates.push(parse_quote!(Self: #all));
    }
    for lifetime in outside {
        sig.generics.make_where_clause().predicates.push(parse_quote!(#lifetime: #all));
    }
    all
}

/// The type of a parameter.
fn type_of(input: &mut FnArg) -> &mut Type {
    match input {
        FnArg::Receiver(receiver) => &mut receiver.ty,
        FnArg::Typed(typed) => &mut typed.ty,
    }
}

/// Whether a part has lifetimes of its own.
fn is_signature(part: &Part<'_>) -> bool {
    match part {
        Part::Signature | Part::Type(Type::BareFn(_)) => true,
        Part::Type(_) | Part::Lifetime(_) | Part::Bound(_) => false,
    }
}

/// The lifetimes that the signature mentions and does not declare: those of an `impl`, or of a trait.
fn from_outside(sig: &mut Signature, types: &mut [&mut Type]) -> Vec<Lifetime> {
    let mut mentioned = Vec::new();
    let mut see = |part: Part<'_>| {
        if let Part::Lifetime(lifetime) = &part {
            if !mentioned.contains(*lifetime) {
                mentioned.push(Lifetime::clone(lifetime));
            }
        }
        !is_signature(&part) && !matches!(part, Part::Bound(bound) if bound.lifetimes.is_some())
    };
    sig.inputs.iter_mut().for_each(|input| walk(type_of(input), &mut see));
    types.iter_mut().for_each(|ty| walk(ty, &mut see));
    let declared = |lifetime: &Lifetime| sig.generics.lifetimes().any(|parameter| parameter.lifetime == *lifetime);
    mentioned.retain(|lifetime| lifetime.ident != "_" && lifetime.ident != "static" && !declared(lifetime));
    mentioned
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
fn holds_self(ty: &mut Type) -> bool {
    let mut found = false;
    walk(ty, &mut |part| match part {
        Part::Type(Type::Reference(_)) => false,
        Part::Type(Type::Path(ty)) => {
            found |= ty.path.is_ident("Self");
            true
        }
        _ => true,
    });
    found
}

/// The lifetime of the reference to `Self`, if the receiver is one, or holds one; none in it if that is left out.
fn of_self(sig: &mut Signature) -> Option<Option<Lifetime>> {
    let Some(FnArg::Receiver(receiver)) = sig.inputs.first_mut() else {
        return None;
    };
    let mut found = None;
    walk(&mut receiver.ty, &mut |part| {
        if let Part::Type(Type::Reference(ty)) = part {
            found.get_or_insert_with(|| ty.lifetime.clone().filter(|lifetime| lifetime.ident != "_"));
        }
        true
    });
    found
}

/// Finds the lifetimes that are left out in a parameter, and names them.
#[derive(Default)]
struct Elided {
    /// Whether to name them, or only to count.
    name: bool,
    names: Vec<Lifetime>,
    /// The name of the parameter.
    parameter: Option<String>,
    /// How many `impl Trait` there are.
    opaque: usize,
}

impl Elided {
    fn next(&mut self, at: Span) -> Option<Lifetime> {
        let parameter = self.parameter.as_deref().unwrap_or_default();
        let taken = |name: &str| name == ALL || self.names.iter().any(|other| other.to_string() == name);
        let name = Some(format!("'__{parameter}")).filter(|name| !parameter.is_empty() && !taken(name));
        // No parameter's name begins with a digit.
        let name = name.unwrap_or_else(|| format!("'__{}{parameter}", self.names.len()));
        let name = Lifetime::new(&name, names::hidden(at));
        self.names.push(name.clone());
        self.name.then_some(name)
    }

    fn find_in(&mut self, input: &mut FnArg) {
        match input {
            FnArg::Receiver(receiver) => {
                self.parameter = Some("self".to_owned());
                self.find_in_receiver(receiver);
            }
            FnArg::Typed(typed) => {
                self.parameter = match &*typed.pat {
                    Pat::Ident(pat) => Some(pat.ident.unraw().to_string()),
                    _ => None,
                };
                self.find_in_type(&mut typed.ty);
            }
        }
    }

    fn find_in_receiver(&mut self, node: &mut Receiver) {
        match &mut node.reference {
            Some((and, lifetime)) => {
                match lifetime {
                    None => *lifetime = self.next(and.span),
                    Some(lifetime) => self.name(lifetime),
                }
                // `syn` keeps the type that it stands for.
                if let (Type::Reference(ty), true) = (&mut *node.ty, self.name) {
                    ty.lifetime.clone_from(lifetime);
                }
            }
            None if node.colon_token.is_some() => self.find_in_type(&mut node.ty),
            None => {}
        }
    }

    fn find_in_type(&mut self, ty: &mut Type) {
        walk(ty, &mut |mut part| {
            match &mut part {
                Part::Type(Type::Reference(ty)) if ty.lifetime.is_none() => ty.lifetime = self.next(ty.and_token.span),
                Part::Type(Type::ImplTrait(_)) => self.opaque += 1,
                Part::Lifetime(lifetime) => self.name(lifetime),
                _ => {}
            }
            !is_signature(&part)
        });
    }

    /// Gives a `'_` a name.
    fn name(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            if let Some(name) = self.next(lifetime.apostrophe) {
                *lifetime = name;
            }
        }
    }
}

/// Bounds each `impl Trait` by a lifetime.
fn bound_opaque(ty: &mut Type, lifetime: &Lifetime) {
    walk(ty, &mut |part| {
        match part {
            Part::Type(Type::ImplTrait(opaque)) => opaque.bounds.push(TypeParamBound::Lifetime(lifetime.clone())),
            Part::Type(Type::Reference(ty)) => parenthesize(&mut ty.elem),
            Part::Type(Type::Ptr(ty)) => parenthesize(&mut ty.elem),
            _ => {}
        }
        true
    });
}

/// An `impl A` behind a `&` needs no parentheses, an `impl A + 'a` does.
fn parenthesize(ty: &mut Type) {
    if let Type::ImplTrait(opaque) = ty {
        *ty = parse_quote!((#opaque));
    }
}

/// The lifetimes that parameters mention by name.
fn mentioned(sig: &mut Signature) -> Vec<Lifetime> {
    let mut mentioned = Vec::new();
    let mut see = |part: Part<'_>| {
        if let Part::Lifetime(lifetime) = &part {
            if lifetime.ident != "_" && !mentioned.contains(*lifetime) {
                mentioned.push(Lifetime::clone(lifetime));
            }
        }
        !is_signature(&part)
    };
    sig.inputs.iter_mut().for_each(|input| walk(type_of(input), &mut see));
    mentioned
}

/// Whether a lifetime is left out in plain sight.
fn leaves_out(ty: &mut Type) -> bool {
    let mut found = false;
    walk(ty, &mut |part| {
        found |= match &part {
            Part::Type(Type::Reference(ty)) => ty.lifetime.is_none(),
            Part::Lifetime(lifetime) => lifetime.ident == "_",
            _ => false,
        };
        !is_signature(&part)
    });
    found
}

/// Writes a lifetime where one is left out.
fn write_out(ty: &mut Type, lifetime: &Lifetime) {
    walk(ty, &mut |mut part| {
        match &mut part {
            Part::Type(Type::Reference(ty)) => _ = ty.lifetime.get_or_insert_with(|| lifetime.clone()),
            Part::Lifetime(left_out) if left_out.ident == "_" => **left_out = lifetime.clone(),
            _ => {}
        }
        !is_signature(&part)
    });
}
