#pragma once
/// A workspace in a temporary folder, gone after the test, owned by whoever runs the tests.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "accounts/site.h"
#include "accounts/workspace.h"

struct TemporaryWorkspace : accounts::Workspace {
    TemporaryWorkspace() {
        std::string name = "/tmp/accounts-test-XXXXXX";
        root = ::mkdtemp(name.data());
        mail_owner = {::getuid(), ::getgid()};
    }
    ~TemporaryWorkspace() {
        std::error_code ignored;
        std::filesystem::remove_all(root, ignored);
    }
    TemporaryWorkspace(const TemporaryWorkspace&) = delete;
    TemporaryWorkspace& operator=(const TemporaryWorkspace&) = delete;
};

inline base::EmailAddress address(std::string_view text) {
    return *base::EmailAddress::parse(text);
}

/// DOMAIN=example.org, ADDITIONAL_DOMAINS=example.net, HOSTNAME=mail.example.com, ADMIN_USER=boss
inline accounts::Site example_site() {
    return {.domains = {*base::Domain::parse("example.org"), *base::Domain::parse("example.net")},
            .hostname = *base::Hostname::parse("mail.example.com"),
            .administrator = address("boss@example.org")};
}
