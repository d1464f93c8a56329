//! Connections, encrypted where the endpoint's URL asks for it: real accounts are reached in no other way.
//!
//! A server has to show a certificate of an authority that Mozilla trusts, or of one in the PEM file that
//! `AWS_CA_BUNDLE` names, as the AWS CLI and the SDKs have it.

use std::path::Path;
use std::sync::Arc;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::TransportError;

/// Opens connections of either kind.
pub(super) type Connector = HttpsConnector<HttpConnector>;

/// Makes it, for encrypted connections or for plain ones.
pub(super) fn connector(
    mut plain: HttpConnector,
    is_encrypted: bool,
    bundle: Option<&Path>,
) -> Result<Connector, TransportError> {
    // It refuses URLs with `https` otherwise.
    plain.enforce_http(false);
    // Nobody is trusted where nobody is asked.
    let roots = if is_encrypted { roots(bundle)? } else { RootCertStore::empty() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TransportError::Untrusted { reason: error.to_string() })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = HttpsConnectorBuilder::new().with_tls_config(config).https_or_http();
    Ok(connector.enable_http1().wrap_connector(plain))
}

fn roots(bundle: Option<&Path>) -> Result<RootCertStore, TransportError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let Some(bundle) = bundle else { return Ok(roots) };
    let wrong = |reason: String| TransportError::Untrusted {
        reason: format!("the certificates of `{}` cannot be read: {reason}", bundle.display()),
    };
    let certificates = CertificateDer::pem_file_iter(bundle);
    let mut added = 0;
    for certificate in certificates.map_err(|error| wrong(error.to_string()))? {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
        added += 1;
    }
    if added == 0 { Err(wrong("there is none in it".to_owned())) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::path::PathBuf;

    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::super::{Endpoint, Limits, RawRequest, RawResponse, Transport};
    use super::*;

    /// An endpoint that answers `{}` over TLS, and its certificate as PEM.
    async fn encrypted() -> (Endpoint, String) {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut head = [0; 4096];
                if stream.read(&mut head).await.is_ok() {
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                    stream.write_all(answer).await.unwrap();
                    stream.shutdown().await.unwrap();
                }
            }
        });
        (Endpoint::parse(&format!("https://localhost:{port}")).unwrap(), cert.pem())
    }

    /// A file of this test's own, which does not exist yet.
    fn file(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("reinstate-tls-{name}-{}.pem", std::process::id()))
    }

    async fn answer(
        endpoint: Endpoint,
        bundle: Option<&Path>,
    ) -> Result<RawResponse, TransportError> {
        let request = RawRequest {
            method: http::Method::POST,
            path: "/".to_owned(),
            headers: vec![],
            body: bytes::Bytes::from_static(b"{}"),
        };
        let transport = Transport::trusting(endpoint, Limits::default(), bundle);
        transport.send("Test", request).await.response
    }

    #[tokio::test]
    async fn a_certificate_of_the_bundle_is_trusted_and_no_other() {
        let (endpoint, certificate) = encrypted().await;
        let bundle = file("trusted");
        std::fs::write(&bundle, certificate).unwrap();
        let trusted = answer(endpoint.clone(), Some(&bundle)).await.unwrap();
        assert_eq!((trusted.status, &trusted.body[..]), (200, &b"{}"[..]));

        let stranger = answer(endpoint, None).await.unwrap_err();
        let reason = "invalid peer certificate: UnknownIssuer";
        assert_eq!(stranger, TransportError::Untrusted { reason: reason.to_owned() });
        std::fs::remove_file(bundle).unwrap();
    }

    #[tokio::test]
    async fn a_bundle_that_is_none_is_named_before_anything_is_sent() {
        let endpoint = Endpoint::parse("https://localhost:1").unwrap();
        let bundle = file("wrong");
        for (content, reason) in [(None, "No such file"), (Some("not PEM"), "there is none in it")]
        {
            if let Some(content) = content {
                std::fs::write(&bundle, content).unwrap();
            }
            let error = answer(endpoint.clone(), Some(&bundle)).await.unwrap_err().to_string();
            assert!(error.contains(".pem` cannot be read"), "{error}");
            assert!(error.contains(reason) && error.contains("AWS_CA_BUNDLE"), "{error}");
        }
        std::fs::remove_file(bundle).unwrap();
    }
}
