//! A file as the body of a request, with a limit of its own.

use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use sha2::{Digest, Sha256};

use super::json::receive_as;
use super::problem::Problem;

/// Which files a route takes.
pub trait UploadKind: 'static {
    /// Their media types.
    const MEDIA_TYPES: &'static [&'static str];
    /// How many bytes they may have.
    const MOST_BYTES: usize;
}

/// A file.
pub struct Upload<K> {
    /// Its media type, in small letters and without parameters.
    pub media_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// SHA-256 of what is in it.
    pub hash: [u8; 32],
    kind: PhantomData<K>,
}

impl<K: UploadKind> FromRequest for Upload<K> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let received = receive_as(request, payload, K::MEDIA_TYPES, K::MOST_BYTES);
        Box::pin(async move {
            let (media_type, bytes) = received.await?;
            let hash = Sha256::digest(&bytes).into();
            Ok(Self { media_type, bytes: bytes.to_vec(), hash, kind: PhantomData })
        })
    }
}
