#pragma once
/// What an ACME server refuses, in one sentence for the operator, with what to do about it. Pure.
#include "acme/problem.h"
#include "base/address.h"
#include "base/error.h"

namespace certs {

/// "cannot get a certificate for <hostname>: …" with a remedy; transient unless somebody must act at the CA.
base::Error explain(const acme::Failure& failure, const base::Hostname& hostname);

}  // namespace certs
