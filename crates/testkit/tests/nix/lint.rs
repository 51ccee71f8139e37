//! Nix files hold nothing that nobody reads, and nothing said in a roundabout way: what deadnix and the plainer of statix'
//! rules look for, in every test run, without either program.

use rnix::{SyntaxKind, SyntaxNode};

use crate::tools::all_nix;

/// A name that something may refer to.
struct Name {
    text: String,
    /// Where it is bound, in bytes.
    at: usize,
    used: bool,
}

/// The names of one `let`, function or recursive set.
struct Scope {
    names: Vec<Name>,
    what: &'static str,
}

/// Reads a file from the outside in, and knows at each place which names are bound.
#[derive(Default)]
struct Reader {
    scopes: Vec<Scope>,
    /// Where, and what.
    faults: Vec<(usize, String)>,
}

fn start(node: &SyntaxNode) -> usize {
    node.text_range().start().into()
}

fn has_token(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children_with_tokens().any(|part| part.kind() == kind)
}

fn is_identifier(node: &SyntaxNode) -> bool {
    node.kind() == SyntaxKind::NODE_IDENT
}

/// The names that the bindings of a `let` or a set make.
fn bound(node: &SyntaxNode) -> Vec<Name> {
    let parts = node.children().flat_map(|part| match part.kind() {
        SyntaxKind::NODE_KEY_VALUE => {
            part.first_child().and_then(|key| key.first_child()).into_iter().collect::<Vec<_>>()
        }
        SyntaxKind::NODE_INHERIT => part.children().collect(),
        _ => Vec::new(),
    });
    let mut names: Vec<Name> = Vec::new();
    for name in parts.filter(is_identifier) {
        // `a.b = 1; a.c = 2;` binds one name.
        if names.iter().all(|known| name.text() != known.text.as_str()) {
            names.push(Name { text: name.to_string(), at: start(&name), used: false });
        }
    }
    names
}

impl Reader {
    /// What is wrong with a text that parses, each with its line.
    fn read(text: &str) -> Vec<String> {
        let mut reader = Self::default();
        let tree = rnix::parse(text);
        if let Some(error) = tree.errors().first() {
            return vec![format!("1: {error}")];
        }
        reader.walk(&tree.node());
        reader.faults.sort();
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        reader.faults.into_iter().map(|(at, fault)| format!("{}: {fault}", line(at))).collect()
    }

    fn fault(&mut self, node: &SyntaxNode, what: impl Into<String>) {
        self.faults.push((start(node), what.into()));
    }

    /// Notes that a name is read where `depth` scopes are open.
    fn used(&mut self, name: &str, depth: usize) {
        let known = self.scopes[..depth].iter_mut().rev().flat_map(|scope| &mut scope.names);
        if let Some(found) = known.into_iter().find(|known| known.text == name) {
            found.used = true;
        }
    }

    /// Reads what lies in a scope of its own, then says which of its names nobody read.
    fn within(&mut self, names: Vec<Name>, what: &'static str, inside: impl FnOnce(&mut Self)) {
        self.scopes.push(Scope { names, what });
        inside(self);
        let scope = self.scopes.pop().expect("the scope just pushed");
        for name in scope.names.iter().filter(|name| !name.used && !name.text.starts_with('_')) {
            self.faults.push((name.at, format!("nothing reads the {} `{}`", scope.what, name.text)));
        }
    }

    fn walk(&mut self, node: &SyntaxNode) {
        self.roundabout(node);
        match node.kind() {
            SyntaxKind::NODE_LAMBDA => self.function(node),
            SyntaxKind::NODE_LET_IN => {
                self.within(bound(node), "binding", |reader| reader.children(node));
            }
            SyntaxKind::NODE_ATTR_SET | SyntaxKind::NODE_LEGACY_LET => self.set(node),
            SyntaxKind::NODE_INHERIT => self.inherit(node),
            SyntaxKind::NODE_IDENT => self.used(&node.to_string(), self.scopes.len()),
            // Only what is computed in a path of attributes refers to anything.
            SyntaxKind::NODE_KEY => self.path(node, 0),
            SyntaxKind::NODE_SELECT => self.path(node, 1),
            SyntaxKind::NODE_BIN_OP if has_token(node, SyntaxKind::TOKEN_QUESTION) => {
                let mut sides = node.children();
                sides.next().iter().for_each(|set| self.walk(set));
                sides.next().iter().for_each(|path| self.attributes(path));
            }
            _ => self.children(node),
        }
    }

    fn children(&mut self, node: &SyntaxNode) {
        node.children().for_each(|child| self.walk(&child));
    }

    /// The first `expressions` children are read as such, the others as names of attributes.
    fn path(&mut self, node: &SyntaxNode, expressions: usize) {
        for (number, child) in node.children().enumerate() {
            if number < expressions || !is_identifier(&child) {
                self.walk(&child);
            }
        }
    }

    /// The right side of `?`, which is written like a selection and is none.
    fn attributes(&mut self, node: &SyntaxNode) {
        if node.kind() == SyntaxKind::NODE_SELECT {
            node.children().for_each(|part| self.attributes(&part));
        } else if !is_identifier(node) {
            self.walk(node);
        }
    }

    fn function(&mut self, node: &SyntaxNode) {
        let Some(argument) = node.first_child() else { return };
        let mut names = Vec::new();
        let mut name = |node: SyntaxNode| {
            names.push(Name { text: node.to_string(), at: start(&node), used: false });
        };
        if is_identifier(&argument) {
            name(argument.clone());
        } else {
            argument.children().filter_map(|entry| entry.first_child()).for_each(&mut name);
        }
        self.within(names, "argument", |reader| {
            let defaults = argument.children().flat_map(|entry| entry.children().skip(1));
            defaults.for_each(|default| reader.walk(&default));
            node.children().skip(1).for_each(|body| reader.walk(&body));
        });
    }

    fn set(&mut self, node: &SyntaxNode) {
        let is_rec = has_token(node, SyntaxKind::TOKEN_REC);
        if !is_rec && node.kind() == SyntaxKind::NODE_ATTR_SET {
            return self.children(node);
        }
        self.scopes.push(Scope { names: bound(node), what: "" });
        self.children(node);
        let scope = self.scopes.pop().expect("the scope just pushed");
        if is_rec && scope.names.iter().all(|name| !name.used) {
            self.fault(node, "nothing in this set reads another part of it: `rec` may go");
        }
    }

    /// `inherit a;` reads the `a` outside of the set or `let` it stands in.
    fn inherit(&mut self, node: &SyntaxNode) {
        let parent = node.parent();
        let is_scope = parent.is_some_and(|parent| {
            parent.kind() != SyntaxKind::NODE_ATTR_SET || has_token(&parent, SyntaxKind::TOKEN_REC)
        });
        let outside = self.scopes.len() - usize::from(is_scope);
        let mut parts = node.children().peekable();
        let from = parts.next_if(|part| part.kind() == SyntaxKind::NODE_INHERIT_FROM);
        if parts.peek().is_none() {
            self.fault(node, "inherits nothing");
        }
        match from {
            Some(from) => self.children(&from),
            None => parts.for_each(|name| self.used(&name.to_string(), outside)),
        }
    }

    fn roundabout(&mut self, node: &SyntaxNode) {
        let parts: Vec<SyntaxNode> = node.children().collect();
        let says = |number: usize, text: &str| parts.get(number).is_some_and(|part| part.text() == text);
        let is_bool = |number: usize| says(number, "true") || says(number, "false");
        let is_empty = |number: usize| {
            parts.get(number).is_some_and(|part| {
                let kinds = [SyntaxKind::NODE_LIST, SyntaxKind::NODE_ATTR_SET];
                kinds.contains(&part.kind()) && part.children().next().is_none()
            })
        };
        let joins = [SyntaxKind::TOKEN_CONCAT, SyntaxKind::TOKEN_UPDATE];
        match node.kind() {
            SyntaxKind::NODE_KEY_VALUE => self.binding(node, &parts),
            SyntaxKind::NODE_LET_IN if parts.len() == 1 => self.fault(node, "a `let` that binds nothing"),
            SyntaxKind::NODE_IF_ELSE if is_bool(1) && is_bool(2) => {
                self.fault(node, "the condition itself says so");
            }
            SyntaxKind::NODE_BIN_OP
                // What may be something else than a truth value is compared by `!=`.
                if has_token(node, SyntaxKind::TOKEN_EQUAL) && (is_bool(0) || is_bool(1)) =>
            {
                self.fault(node, "compares with a truth value");
            }
            SyntaxKind::NODE_BIN_OP
                if joins.into_iter().any(|it| has_token(node, it)) && (is_empty(0) || is_empty(1)) =>
            {
                self.fault(node, "adds nothing");
            }
            SyntaxKind::NODE_PAREN if parts.first().is_some_and(needs_none) => {
                self.fault(node, "parentheses around what is one thing anyway");
            }
            SyntaxKind::NODE_LITERAL if has_token(node, SyntaxKind::TOKEN_URI) => {
                self.fault(node, "an address without quotes");
            }
            _ => {}
        }
    }

    fn binding(&mut self, node: &SyntaxNode, parts: &[SyntaxNode]) {
        let [key, value] = parts else { return };
        if value.kind() == SyntaxKind::NODE_PAREN {
            self.fault(value, "parentheses around a whole value");
        }
        // A path of several names can't be inherited.
        let name = key.text().to_string();
        if is_identifier(value) && value.text() == name.as_str() {
            self.fault(node, format!("`inherit {name};` says the same"));
        }
        let last = value.last_child().filter(is_identifier).filter(|last| last.text() == name.as_str());
        if let (SyntaxKind::NODE_SELECT, Some(from), Some(_)) = (value.kind(), value.first_child(), last) {
            self.fault(node, format!("`inherit ({from}) {name};` says the same"));
        }
    }
}

fn needs_none(inner: &SyntaxNode) -> bool {
    let one_thing = [
        SyntaxKind::NODE_IDENT,
        SyntaxKind::NODE_LIST,
        SyntaxKind::NODE_PAREN,
        SyntaxKind::NODE_STRING,
        SyntaxKind::NODE_SELECT,
    ];
    one_thing.contains(&inner.kind()) || (inner.kind() == SyntaxKind::NODE_ATTR_SET)
}

#[test]
fn nix_files_hold_nothing_dead_and_nothing_roundabout() {
    let files = all_nix();
    assert!(files.len() > 60, "only {} files found: the search is broken", files.len());
    let faults: Vec<String> = files
        .iter()
        .flat_map(|(path, text)| Reader::read(text).into_iter().map(move |fault| format!("{path}:{fault}")))
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn what_is_dead_is_noticed_and_what_is_not_is_left_alone() {
    for (text, fault) in [
        ("let a = 1;\nb = 2; in b", "1: nothing reads the binding `a`"),
        ("let inherit (x) a b; in b", "1: nothing reads the binding `a`"),
        ("{a,\n b}: a", "2: nothing reads the argument `b`"),
        ("{a, ...} @ all: a", "1: nothing reads the argument `all`"),
        ("x: y: x", "1: nothing reads the argument `y`"),
        // The inner one hides the outer one.
        ("a: let a = 1; in a", "1: nothing reads the argument `a`"),
        // Names of attributes are no uses.
        ("let a = 1; in x.a", "1: nothing reads the binding `a`"),
        ("let a = 1; in x ? a.a", "1: nothing reads the binding `a`"),
        ("let a = 1; in { a = 2; }", "1: nothing reads the binding `a`"),
        ("let a = 1; in rec { inherit (b) a; c = a; b = 1; }", "1: nothing reads the binding `a`"),
        ("rec { a = 1; }", "1: nothing in this set reads another part of it: `rec` may go"),
        ("{ inherit; }", "1: inherits nothing"),
        ("let in 1", "1: a `let` that binds nothing"),
        ("{ a = a; }", "1: `inherit a;` says the same"),
        ("{ a = x.y.a; }", "1: `inherit (x.y) a;` says the same"),
        ("if x then true else false", "1: the condition itself says so"),
        ("x == true", "1: compares with a truth value"),
        ("x ++ []", "1: adds nothing"),
        ("{} // x", "1: adds nothing"),
        ("f (x)", "1: parentheses around what is one thing anyway"),
        ("{ a = (f x); }", "1: parentheses around a whole value"),
        ("https://carrel.example/x", "1: an address without quotes"),
        ("{", "1: unexpected end of file"),
    ] {
        let found = Reader::read(text);
        assert!(found.len() == 1 && found[0].starts_with(fault), "{text}: {found:?}");
    }
    for text in [
        "let a = 1; in a",
        "let a = 1; in { inherit a; }",
        "let a = b; b = 1; in a",
        "{a, b ? a}: b",
        "{a ? all, ...} @ all: a",
        "_: {_x, ...}: 1",
        "let a = 1; in \"${a}\" + ''${a}'' + ./${a}",
        "let a = 1; in x.${a}",
        "let a = 1; in x ? ${a}.b",
        "let a = 1; in { ${a} = 2; }",
        "let a = 1; in x.y or a",
        "a: rec { inherit a; b = 1; c = b; }",
        "a: let inherit a; in a",
        "let a = 1; in with x; a",
        "{ a = x.b; b.c = c; c = -1; d = [(f x)]; }",
        "x == null",
        "x != false",
    ] {
        assert_eq!(Reader::read(text), Vec::<String>::new(), "{text}");
    }
}
