//! Certificates that are made for a test.

use std::sync::Arc;

use futures_rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use futures_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use futures_rustls::{TlsAcceptor, TlsConnector};
use rcgen::{CertifiedKey, KeyPair};

/// Whom the certificate is for.
pub(crate) const NAME: &str = "localhost";

/// A certificate that vouches for itself.
pub(crate) struct Authority(CertifiedKey<KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        Authority(rcgen::generate_simple_self_signed([NAME.into()]).unwrap())
    }

    fn certificate(&self) -> CertificateDer<'static> {
        self.0.cert.der().clone()
    }

    /// For clients who trust it, and nobody else.
    pub(crate) fn connector(&self) -> TlsConnector {
        let mut trusted = RootCertStore::empty();
        trusted.add(self.certificate()).unwrap();
        Arc::new(ClientConfig::builder().with_root_certificates(trusted).with_no_client_auth()).into()
    }

    /// For servers that have it.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.0.signing_key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert([self.certificate()].into(), key);
        Arc::new(config.unwrap()).into()
    }

    /// The certificate and its key, as text.
    #[cfg(feature = "openssl")]
    pub(crate) fn pem(&self) -> [String; 2] {
        [self.0.cert.pem(), self.0.signing_key.serialize_pem()]
    }
}
