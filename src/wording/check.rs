//! What a template of a workspace may hold, decided on its syntax tree before anything is run.
//!
//! It may show variables that are described, ask for them in conditions, compare, and use a few filters. It has no loops, no
//! assignments and no calls, and it cannot multiply: the work and the size of what comes out follow from the size of the source.

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, Stmt, UnaryOpKind};
use minijinja::machinery::{Span, Token, parse, tokenize};
use minijinja::syntax::SyntaxConfig;

use super::catalogue::MailDescription;
use super::marks::is_reserved;

/// The longest subject, in characters.
pub const LONGEST_SUBJECT: usize = 300;
/// The longest text, in characters.
pub const LONGEST_TEXT: usize = 20_000;
/// Words and signs of one tag.
const MOST_TOKENS: usize = 100;
/// Branches of all conditions together, besides the first and the last of each.
const MOST_BRANCHES: usize = 50;
/// The filters that may be used.
pub const FILTERS: [&str; 4] = ["default", "lower", "trim", "upper"];

/// Something that is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line that it is in, from 1; none where it is about the whole.
    pub line: Option<usize>,
    /// What it is, and what to do about it.
    pub detail: String,
    /// What could stand there.
    pub candidates: Vec<String>,
}

impl Fault {
    pub(super) fn new(line: Option<usize>, detail: impl Into<String>) -> Self {
        Self { line, detail: detail.into(), candidates: Vec::new() }
    }

    /// A sentence with the line before it.
    pub fn sentence(&self) -> String {
        match self.line {
            Some(line) => format!("Line {line}: {}", self.detail),
            None => self.detail.clone(),
        }
    }
}

/// What is wrong with the subject of a mail.
pub fn check_subject(mail: &MailDescription, subject: &str) -> Vec<Fault> {
    if subject.chars().count() > LONGEST_SUBJECT {
        return vec![Fault::new(None, format!("A subject has at most {LONGEST_SUBJECT} characters."))];
    }
    if subject.trim().is_empty() {
        return vec![Fault::new(None, "A subject must not be empty.")];
    }
    if subject.chars().any(|c| c.is_control() || is_reserved(c)) {
        return vec![Fault::new(None, "A subject is one line without control characters.")];
    }
    check_template(mail, subject, false)
}

/// What is wrong with the text of a mail.
pub fn check_text(mail: &MailDescription, text: &str) -> Vec<Fault> {
    if text.chars().count() > LONGEST_TEXT {
        return vec![Fault::new(None, format!("A text has at most {LONGEST_TEXT} characters."))];
    }
    if text.trim().is_empty() {
        return vec![Fault::new(None, "A text must not be empty.")];
    }
    let is_wrong = |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || is_reserved(c);
    if let Some(line) = text.lines().position(|line| line.chars().any(is_wrong)) {
        return vec![Fault::new(Some(line + 1), "Control characters and characters for private use are not accepted.")];
    }
    check_template(mail, text, true)
}

/// A tag that is too long, or too many branches. The parser follows chains of operators and of branches by calling itself, and so
/// does this check: what is let through to them is bounded first.
fn check_size(source: &str) -> Option<Fault> {
    let (mut tokens, mut branches) = (0_usize, 0_usize);
    for (token, span) in tokenize(source, false, SyntaxConfig::default()).map_while(Result::ok) {
        match token {
            Token::VariableStart | Token::BlockStart => tokens = 0,
            Token::Ident("elif") => branches += 1,
            _ => {}
        }
        tokens += 1;
        let line = Some(usize::from(span.start_line));
        if tokens > MOST_TOKENS {
            return Some(Fault::new(
                line,
                format!("What stands between braces has at most {MOST_TOKENS} words and signs."),
            ));
        }
        if branches > MOST_BRANCHES {
            return Some(Fault::new(line, format!("There are at most {MOST_BRANCHES} elif.")));
        }
    }
    None
}

fn check_template(mail: &MailDescription, source: &str, has_blocks: bool) -> Vec<Fault> {
    if let Some(fault) = check_size(source) {
        return vec![fault];
    }
    let mut checker = Checker { mail, has_blocks, faults: Vec::new() };
    match parse(source, "template", SyntaxConfig::default()) {
        Ok(root) => checker.statement(&root),
        Err(error) => {
            let detail = error.detail().unwrap_or("this is not a template");
            checker.faults.push(Fault::new(error.line(), format!("{detail}.")));
        }
    }
    checker.faults
}

struct Checker<'a> {
    mail: &'a MailDescription,
    has_blocks: bool,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn refuse(&mut self, span: Span, detail: &str) {
        self.faults.push(Fault::new(Some(usize::from(span.start_line)), detail));
    }

    fn statement(&mut self, statement: &Stmt<'_>) {
        const ONLY_IF: &str = "Of the tags, only if, elif, else and endif can be used here.";
        match statement {
            Stmt::Template(template) => template.children.iter().for_each(|child| self.statement(child)),
            Stmt::EmitRaw(_) => {}
            Stmt::EmitExpr(shown) => self.shown(&shown.expr),
            Stmt::IfCond(condition) => {
                self.value(&condition.expr);
                condition.true_body.iter().chain(&condition.false_body).for_each(|child| self.statement(child));
            }
            Stmt::ForLoop(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::WithBlock(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::Set(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::SetBlock(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::AutoEscape(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::FilterBlock(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::Block(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::Import(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::FromImport(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::Extends(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::Include(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::Macro(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::CallBlock(one) => self.refuse(one.span(), ONLY_IF),
            Stmt::Do(one) => self.refuse(one.span(), ONLY_IF),
        }
    }

    /// What stands between the braces: a group has nothing to show.
    fn shown(&mut self, expression: &Expr<'_>) {
        let group = path(expression).filter(|name| !self.mail.has_variable(name) && self.mail.has_group(name));
        match group {
            Some(group) => {
                let all = self.mail.names().into_iter();
                let members = all.filter(|name| name.starts_with(&format!("{group}."))).map(str::to_owned).collect();
                let detail = format!("{group} is a group of variables: name one of them.");
                let line = Some(usize::from(expression.span().start_line));
                self.faults.push(Fault { line, detail, candidates: members });
            }
            None => self.value(expression),
        }
    }

    fn value(&mut self, expression: &Expr<'_>) {
        if let Some(name) = path(expression) {
            return self.name(&name, expression.span());
        }
        match expression {
            Expr::Const(_) => {}
            Expr::UnaryOp(one) if matches!(one.op, UnaryOpKind::Not) => self.value(&one.expr),
            Expr::BinOp(one) => {
                let is_plain = !matches!(
                    one.op,
                    BinOpKind::Mul | BinOpKind::Pow | BinOpKind::Div | BinOpKind::FloorDiv | BinOpKind::Rem
                );
                if !is_plain {
                    self.refuse(one.span(), "This operator cannot be used here.");
                }
                self.value(&one.left);
                self.value(&one.right);
            }
            Expr::Compare(one) => {
                self.value(&one.expr);
                one.ops.iter().for_each(|operation| self.value(&operation.expr));
            }
            Expr::IfExpr(one) => {
                self.value(&one.test_expr);
                self.value(&one.true_expr);
                if let Some(other) = &one.false_expr {
                    self.value(other);
                }
            }
            Expr::Filter(one) => {
                if !FILTERS.contains(&one.name) {
                    let line = Some(usize::from(one.span().start_line));
                    let candidates = FILTERS.map(str::to_owned).to_vec();
                    let detail = format!("The filter {} cannot be used here.", one.name);
                    self.faults.push(Fault { line, detail, candidates });
                }
                if let Some(expression) = &one.expr {
                    self.value(expression);
                }
                self.arguments(&one.args, one.span());
            }
            other => self.refuse(
                other.span(),
                "This cannot be used here: show variables, compare them, or use one of the filters.",
            ),
        }
    }

    fn arguments(&mut self, arguments: &[CallArg<'_>], span: Span) {
        for argument in arguments {
            match argument {
                CallArg::Pos(expression) => self.value(expression),
                _ => self.refuse(span, "A filter takes its arguments by position."),
            }
        }
    }

    fn name(&mut self, name: &str, span: Span) {
        let is_block = name == super::catalogue::DETAILS || name == super::catalogue::ACTIONS;
        let is_known = self.mail.has_variable(name) || self.mail.has_group(name);
        if is_known && (self.has_blocks || !is_block) {
            return;
        }
        let line = Some(usize::from(span.start_line));
        let detail = if is_known {
            format!("{name} is a block of the text: it cannot be in the subject.")
        } else {
            format!("This mail has no variable {name}.")
        };
        let candidates = self.mail.names().into_iter().map(str::to_owned).collect();
        self.faults.push(Fault { line, detail, candidates });
    }
}

/// The name of a variable, with those of its groups.
fn path(expression: &Expr<'_>) -> Option<String> {
    match expression {
        Expr::Var(variable) => Some(variable.id.to_owned()),
        Expr::GetAttr(attribute) => Some(format!("{}.{}", path(&attribute.expr)?, attribute.name)),
        _ => None,
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
