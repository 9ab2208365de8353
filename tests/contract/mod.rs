//! That the code, the migrations and the document keep the rules of the house.

mod answers;
mod architecture;
mod catalogue;
mod endpoints;
mod mails;
mod migrations;
mod openapi;
mod personal;
mod source;
