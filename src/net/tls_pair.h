#pragma once
/// Private to src/net: how a TlsIdentity gets into an OpenSSL context.
#include <openssl/ssl.h>

#include "net/http_server.h"

namespace net {

/// Every handshake on `context` asks `identity` for the pair of the moment; `identity` must outlive the context.
void install_identity(SSL_CTX* context, TlsIdentity& identity);

}  // namespace net
