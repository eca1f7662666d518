#pragma once
/// Name servers over tables, for tests: each has a zone of its own, or is lame or silent.
#include <map>

#include "resolver/servers.h"
#include "tests/unit/resolver/fake_resolver.h"

namespace resolver {

struct FakeServer {
    std::string zone;  ///< empty: lame, refuses everything
    std::uint32_t serial = 1;
    std::vector<Row> rows = {};
    std::map<std::string, Referral> delegations = {};  ///< by zone
};

class FakeServers final : public Servers {
  public:
    /// What is not here is silent.
    std::map<std::string, FakeServer> servers;
    std::vector<ServerQuestion> asked;

    std::vector<ServerAnswer> ask(std::span<const ServerQuestion> questions) override {
        std::vector<ServerAnswer> answers;
        for (const auto& question : questions) answers.push_back(answer(question));
        return answers;
    }

  private:
    static bool is_in(const std::string& name, const std::string& zone) {
        return zone == "." || name == zone || name.ends_with("." + zone);
    }

    ServerAnswer answer(const ServerQuestion& asking) {
        asked.push_back(asking);
        const auto known = servers.find(asking.server.str());
        if (known == servers.end()) return {.answer = {.status = Status::timed_out, .reason = "no answer in time"}};
        const auto& server = known->second;
        const auto& question = asking.question;
        if (server.zone.empty() || !is_in(question.name, server.zone))
            return {.answer = {.status = Status::failed, .reason = "it answered REFUSED"}, .replied = true};
        for (const auto& [zone, referral] : server.delegations)
            if (is_in(question.name, zone))
                return {.answer = {.status = Status::no_data}, .replied = true, .referral = referral};
        FakeResolver table(server.rows);
        table.add({{server.zone, "SOA", "ns." + server.zone}});
        return {.answer = table.query(question.name, question.type),
                .replied = true,
                .authoritative = true,
                .apex = server.zone,
                .serial = server.serial};
    }
};

}  // namespace resolver
