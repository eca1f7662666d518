#pragma once
/// Accounts in memory, a clock that stands still until it is moved, and requests as a browser sends them.
#include <algorithm>
#include <format>
#include <map>

#include "web/directory.h"

namespace tests {

struct StillClock final : base::Clock {
    base::SystemTime time{std::chrono::seconds(1'800'000'000)};
    base::SystemTime now() const override { return time; }
};

struct FakeDirectory final : web::AccountDirectory {
    struct Entry {
        std::string password;
        int version = 0;
        web::AccountView view;
    };
    std::map<std::string, Entry> accounts;
    bool is_broken = false;

    void add(const std::string& address, const std::string& password) {
        accounts[address] = {.password = password, .version = 1, .view = {.senders = {address}}};
    }
    base::Result<bool> is_login(const base::EmailAddress& address, const base::Secret& password,
                                const std::string&) override {
        const auto found = accounts.find(address.str());
        return found != accounts.end() && found->second.password == password.reveal();
    }
    base::Result<std::optional<std::string>> credential(const base::EmailAddress& address) override {
        if (is_broken) return base::fail("cannot read the accounts: disk is on fire");
        const auto found = accounts.find(address.str());
        return found == accounts.end() ? std::nullopt : std::optional(std::to_string(found->second.version));
    }
    base::Result<web::AccountView> show(const base::EmailAddress& address) override {
        return accounts.at(address.str()).view;
    }
    base::Result<> set_password(const base::EmailAddress& address, const base::Secret& password) override {
        auto& account = accounts.at(address.str());
        account.password = password.reveal();
        ++account.version;
        return {};
    }
    base::Result<base::Secret> add_app_password(const base::EmailAddress& address, const std::string& name,
                                                const std::vector<std::string>& protocols) override {
        auto& all = accounts.at(address.str()).view.app_passwords;
        if (std::ranges::contains(all, name, &web::AppPassword::name))
            return base::fail("there is one", {}, base::ErrorKind::exists);
        all.push_back({.name = name, .protocols = protocols});
        return base::Secret(std::format("secret-{}", all.size()));
    }
    base::Result<> revoke_app_password(const base::EmailAddress& address, const std::string& name) override {
        const auto gone =
            std::erase_if(accounts.at(address.str()).view.app_passwords, [&](const auto& a) { return a.name == name; });
        if (!gone) return base::fail("there is none", {}, base::ErrorKind::not_found);
        return {};
    }
};

}  // namespace tests
