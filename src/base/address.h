#pragma once
/// The names mail is about. A value of these types is valid and in its canonical, lower-case form; there is no other
/// way to make one than parse(), so the rest of the code never checks again and never meets a quote, space or `..`.
#include <compare>
#include <string>
#include <string_view>

#include "base/error.h"

namespace base {

/// A DNS name a mail address or a host can have: at least two labels of letters, digits and inner hyphens, 253 octets
/// at most, last label not all digits (RFC 1123 §2.1, RFC 5321 §2.3.5). A trailing dot is dropped. IDNs only in their
/// A-label form (`xn--…`): the error says how to get it.
class Domain {
  public:
    static Result<Domain> parse(std::string_view text);
    const std::string& str() const { return name_; }
    auto operator<=>(const Domain&) const = default;

  private:
    explicit Domain(std::string name) : name_(std::move(name)) {}
    std::string name_;
};

/// The name of a host (RFC 1123 §2.1): the same syntax as a Domain, but never to be mixed up with one.
class Hostname {
  public:
    static Result<Hostname> parse(std::string_view text);
    const std::string& str() const { return name_; }
    auto operator<=>(const Hostname&) const = default;

  private:
    explicit Hostname(std::string name) : name_(std::move(name)) {}
    std::string name_;
};

/// A mailbox address `local@domain` (RFC 5321 §4.1.2) restricted to what is safe as a folder name and in every map:
/// local part 1–64 of `a-z 0-9 . _ + - =`, starting with a letter, digit or `_`, no trailing or double dot.
/// Both halves are lower-cased: we treat local parts without case, as every large provider does.
class EmailAddress {
  public:
    static Result<EmailAddress> parse(std::string_view text);
    /// The address `local@domain` from parts already known to be valid (valid_local_part() holds for `local`).
    EmailAddress(std::string local, Domain domain) : local_(std::move(local)), domain_(std::move(domain)) {}
    std::string str() const { return local_ + "@" + domain_.str(); }
    const std::string& local() const { return local_; }
    const Domain& domain() const { return domain_; }
    auto operator<=>(const EmailAddress&) const = default;

  private:
    std::string local_;
    Domain domain_;
};

/// Any address or domain out there, in lower case: `user@example.org` with whatever visible ASCII a local part has
/// without quoting (RFC 5321 §4.1.2), or `example.org`; `@example.org` means the latter.
Result<std::string> parse_address_or_domain(std::string_view text);

/// True when `text` can be the local part of an EmailAddress; `text` is lower case already.
bool valid_local_part(std::string_view text);

}  // namespace base
