#pragma once
// A certificate authority of the test's own, so that TLS on loopback is the real one, checks
// included.

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "tests/support/temp_dir.hpp"

namespace foghorn::test {

/// PEM texts.
struct Certificate {
  std::string certificate;
  std::string key;
};

/// Signs certificates. Its root stands in a file for as long as it lives.
class TestCa {
 public:
  TestCa() : key_{make_key()}, root_{make_certificate("Foghorn test CA", "", *key_)} {
    std::ofstream{file_} << pem(*root_);
  }

  /// The root, for `ca_file` options.
  const std::string& file() const { return file_; }

  /// A server's certificate for `names`, in OpenSSL's notation of alternative names.
  Certificate issue(const std::string& names = "DNS:localhost,IP:127.0.0.1") const {
    const auto key = make_key();
    const auto leaf = make_certificate("Foghorn test", names, *key);
    return {pem(*leaf), pem(*key)};
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(X509* p) const { X509_free(p); }
    void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
    void operator()(BIO* p) const { BIO_free(p); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Cert = std::unique_ptr<X509, Free>;

  template <class T>
  static T* must(T* pointer) {
    if (!pointer) throw std::runtime_error{"OpenSSL failed to make a test certificate"};
    return pointer;
  }

  static Key make_key() { return Key{must(EVP_EC_gen("P-256"))}; }

  /// Signed by our key; with empty `names`, the root itself.
  Cert make_certificate(const std::string& common_name, const std::string& names,
                        EVP_PKEY& key) const {
    static std::atomic<long> serial{0};
    Cert cert{must(X509_new())};
    X509_set_version(cert.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), 24 * 3600);
    X509_set_pubkey(cert.get(), &key);
    auto* name = X509_get_subject_name(cert.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
    const bool root = names.empty();
    X509_set_issuer_name(cert.get(), root ? name : X509_get_subject_name(root_.get()));
    add(*cert, root ? *cert : *root_, NID_basic_constraints,
        root ? "critical,CA:TRUE" : "CA:FALSE");
    if (root) add(*cert, *cert, NID_key_usage, "critical,keyCertSign");
    if (!root) add(*cert, *root_, NID_subject_alt_name, names);
    if (X509_sign(cert.get(), key_.get(), EVP_sha256()) == 0) must<X509>(nullptr);
    return cert;
  }

  static void add(X509& cert, X509& issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, &issuer, &cert, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Free> extension{
        must(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()))};
    X509_add_ext(&cert, extension.get(), -1);
  }

  static std::string text_of(BIO& bio) {
    char* start = nullptr;
    const auto size = BIO_get_mem_data(&bio, &start);
    return {start, static_cast<std::size_t>(size)};
  }
  static std::string pem(X509& cert) {
    const std::unique_ptr<BIO, Free> bio{must(BIO_new(BIO_s_mem()))};
    PEM_write_bio_X509(bio.get(), &cert);
    return text_of(*bio);
  }
  static std::string pem(EVP_PKEY& key) {
    const std::unique_ptr<BIO, Free> bio{must(BIO_new(BIO_s_mem()))};
    PEM_write_bio_PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(*bio);
  }

  Key key_;
  Cert root_;
  TempDir directory_;
  std::string file_{directory_.string() + "/ca.pem"};
};

/// What a TLS server presents.
inline boost::asio::ssl::context server_context(const Certificate& certificate) {
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_server};
  context.use_certificate_chain(boost::asio::buffer(certificate.certificate));
  context.use_private_key(boost::asio::buffer(certificate.key), boost::asio::ssl::context::pem);
  return context;
}

}  // namespace foghorn::test
