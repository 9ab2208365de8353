//! The private key: read from PEM, and used by the crypto provider that TLS uses.

use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};

/// A key of one of the two algorithms that receivers know.
pub(super) enum SigningKey {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// Reads a private key: RSA as PKCS #1 or PKCS #8, Ed25519 as PKCS #8. The error says what is wrong with it.
    pub fn from_pem(pem: &[u8]) -> Result<Self, String> {
        let der = PrivateKeyDer::from_pem_slice(pem).map_err(|error| error.to_string())?;
        let rsa = |pair| Self::Rsa(Box::new(pair));
        match &der {
            PrivateKeyDer::Pkcs1(der) => {
                RsaKeyPair::from_der(der.secret_pkcs1_der()).map(rsa).map_err(|error| error.to_string())
            }
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                // A file of OpenSSL holds no public key beside the private one, hence the unchecked form.
                if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                    return Ok(Self::Ed25519(pair));
                }
                RsaKeyPair::from_pkcs8(der).map(rsa).map_err(|error| error.to_string())
            }
            _ => Err("it is another kind of key".to_owned()),
        }
    }

    /// The algorithm as DKIM names it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa",
            Self::Ed25519(_) => "ed25519",
        }
    }

    /// The public key as it stands in the record: a `SubjectPublicKeyInfo` (as everybody writes it; erratum 3017 of
    /// RFC 6376), or the 32 bytes of RFC 8463.
    pub fn public(&self) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => subject_public_key_info(pair.public().as_ref()),
            Self::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    /// Signs what was made canonical. The same text always gives the same signature.
    pub fn sign(&self, text: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                // Chance only blinds the computation (PKCS #1 v1.5).
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
                    .map_err(|_unspecified| "the RSA key cannot sign".to_owned())?;
                Ok(signature)
            }
            // RFC 8463 section 3: the digest is what is signed.
            Self::Ed25519(pair) => Ok(pair.sign(&Sha256::digest(text)).as_ref().to_vec()),
        }
    }
}

/// `SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING { key } }` (RFC 3279 section 2.3.1).
fn subject_public_key_info(rsa_public_key: &[u8]) -> Vec<u8> {
    const ALGORITHM: [u8; 15] = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0];
    // No bit of the last byte is unused.
    let bits = [&[0], rsa_public_key].concat();
    der(0x30, &[&ALGORITHM[..], &der(0x03, &bits)].concat())
}

/// A value with its tag and its length, in as few bytes as DER asks for.
fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len().to_be_bytes();
    let significant = length.iter().skip_while(|byte| **byte == 0).copied().collect::<Vec<u8>>();
    let mut out = vec![tag];
    match significant.as_slice() {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // At most eight bytes.
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(value);
    out
}

#[cfg(test)]
mod tests {
    use super::der;

    #[test]
    fn lengths_are_as_short_as_can_be() {
        assert_eq!(der(3, &[]), [3, 0]);
        assert_eq!(der(3, &[9]), [3, 1, 9]);
        assert_eq!(der(3, &[0; 127])[..2], [3, 127]);
        assert_eq!(der(3, &[0; 128])[..3], [3, 0x81, 128]);
        assert_eq!(der(3, &[0; 300])[..4], [3, 0x82, 1, 44]);
    }
}
