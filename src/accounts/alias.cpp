#include "accounts/alias.h"

#include <algorithm>
#include <array>
#include <format>
#include <map>
#include <optional>

#include "accounts/alias_lines.h"
#include "accounts/alias_patterns.h"
#include "base/text.h"

namespace accounts {
namespace {

constexpr std::size_t most_problems = 100;
/// Postfix gives up at 1000 (virtual_alias_expansion_limit, virtual_alias_recursion_limit) and keeps such mail in the
/// queue until it expires; nobody means to get there.
constexpr std::size_t most_targets = 1000;
constexpr std::size_t longest_chain = 100;
constexpr std::size_t most_patterns = 200;

using Problems = std::vector<AliasProblem>;

struct Source {
    std::size_t line = 0;
    std::map<std::string, std::size_t> targets;  ///< and the line each stands in
};

struct DomainTarget {
    std::size_t line = 0;
    std::string domain;
};

/// Collects what is wrong, up to a number a person can read.
class Complaints {
  public:
    void add(std::size_t line, std::string text) {
        if (problems_.size() < most_problems) problems_.push_back({line, std::move(text)});
        if (problems_.size() == most_problems) full_ = true;
    }
    bool full() const { return full_; }
    Problems take() && {
        std::ranges::stable_sort(problems_, {}, &AliasProblem::line);
        if (full_) problems_.push_back({0, std::format("only the first {} mistakes are shown", most_problems)});
        return std::move(problems_);
    }
    bool empty() const { return problems_.empty(); }

  private:
    Problems problems_;
    bool full_ = false;
};

/// Why `target` is one of the things a Unix aliases file may hold but ours may not; empty when it is not.
std::string_view forbidden_target(std::string_view target) {
    if (target.contains('|')) return "mail is not given to commands here";
    if (target.starts_with(":include:") || target.starts_with("\":include:"))
        return "files cannot be included; write the addresses here";
    if (target.starts_with('/') || target.starts_with("\"/")) return "mail is not written to files here";
    if (target.starts_with('@'))
        return "a whole domain can only be the target of a whole domain: @old.example @new.example";
    if (target.contains('"')) return "quotation marks are not possible";
    return {};
}

class Parser {
  public:
    Parser(const Site& site, const std::set<std::string>& accounts)
        : site_(site), accounts_(accounts), hostname_(site.hostname.str()) {
        for (const auto& domain : site.domains) served_.insert(domain.str());
    }

    std::expected<Aliases, Problems> parse(std::string_view text) && {
        const auto stray = [this](std::size_t line) {
            complaints_.add(line, "the line starts with a space, but there is no line before it to continue");
        };
        for (const auto& line : alias_lines(text, stray)) {
            if (complaints_.full()) break;
            take(line);
        }
        check_domains();
        for (const auto& [source, entry] : sources_) check_targets(source, entry);
        for (const auto& [line, alias] : patterns_)
            for (const auto& target : alias.targets)
                if (!exists(target)) complaints_.add(line, nobody(target));
        if (complaints_.empty()) find_loops();
        if (!complaints_.empty()) return std::unexpected(std::move(complaints_).take());
        Aliases aliases;
        for (const auto& [source, entry] : sources_)
            for (const auto& [target, line] : entry.targets)
                // An account always keeps its own copy, so the line that says so adds nothing.
                if (source != target) aliases.plain.push_back({source, target});
        for (const auto& [source, target] : domains_) aliases.domains.push_back({source, target.domain});
        for (auto& [line, alias] : patterns_) aliases.patterns.push_back(std::move(alias));
        return aliases;
    }

  private:
    bool is_local(std::string_view domain) const {
        return served_.contains(std::string(domain)) || domain == hostname_;
    }

    /// A full address from a name of the file, or the reason why it is none.
    base::Result<std::string> address(std::string_view text) const {
        auto parsed = base::EmailAddress::parse(
            text.contains('@') ? std::string(text) : std::format("{}@{}", text, site_.domains.front().str()));
        if (!parsed) return std::unexpected(parsed.error());
        return parsed->str();
    }

    base::Result<std::string> source(std::string_view text) const {
        if (text.ends_with(':')) return base::fail(std::format("write '{}' without ':'", base::printable(text, 80)));
        if (text.starts_with('@')) {
            auto domain = base::Domain::parse(text.substr(1));
            if (!domain) return std::unexpected(domain.error());
            return "@" + domain->str();
        }
        return address(text);
    }

    void take(const AliasLine& line) {
        if (line.text.contains('\0'))
            return complaints_.add(line.number, "there is a NUL byte in the line: this is no text file");
        const auto [name, targets] = alias_words(line.text);
        if (name.starts_with('/')) return take_pattern(line.number, name, targets);
        const auto from = source(name);
        if (!from) return complaints_.add(line.number, from.error().text);
        const auto domain = from->substr(from->find('@') + 1);
        if (!is_local(domain)) return complaints_.add(line.number, not_served(domain));
        if (from->starts_with('@') && targets.size() == 1 && targets.front().starts_with('@'))
            return take_domain(line.number, domain, targets.front().substr(1));
        // Known from here on even when its targets are wrong, so that one mistake is not told twice.
        sources_.try_emplace(*from, Source{line.number, {}});
        if (targets.empty()) return complaints_.add(line.number, std::format("'{}' has no target", *from));
        for (const auto target : targets) take_target(line.number, *from, target);
    }

    static std::string not_served(std::string_view domain) {
        return std::format("domain '{}' is not served here: it is neither DOMAIN nor in ADDITIONAL_DOMAINS", domain);
    }
    static std::string nobody(std::string_view target) {
        return std::format("target '{}' is neither an account nor an alias here; add it with ./user.sh add {}", target,
                           target);
    }

    void take_domain(std::size_t line, const std::string& from, std::string_view text) {
        const auto target = base::Domain::parse(text);
        if (!target) return complaints_.add(line, target.error().text);
        if (!served_.contains(from) || !served_.contains(target->str()))
            return complaints_.add(line, not_served(served_.contains(from) ? target->str() : from));
        if (!domains_.try_emplace(from, DomainTarget{line, target->str()}).second)
            complaints_.add(
                line, std::format("'@{}' leads to another domain in line {} already", from, domains_.at(from).line));
    }

    /// What a domain alias leads to must be a domain with users of its own.
    void check_domains() {
        for (const auto& [source, target] : domains_) {
            if (const auto own = sources_.find("@" + source); own != sources_.end())
                complaints_.add(target.line, std::format("'@{}' cannot lead to a domain: it takes all mail of the "
                                                         "domain in line {}",
                                                         source, own->second.line));
            if (domains_.contains(target.domain))
                complaints_.add(target.line,
                                std::format("'@{}' leads to '@{}', which leads to another domain or to itself; name "
                                            "the last one",
                                            source, target.domain));
        }
    }

    void take_pattern(std::size_t line, std::string_view name, const std::vector<std::string_view>& targets) {
        const auto refuse = [&](std::string_view why) {
            complaints_.add(line, std::format("pattern '{}': {}", base::printable(name, 80), why));
        };
        const auto pattern = checked_pattern(name, site_);
        if (!pattern) return refuse(pattern.error().text);
        if (targets.empty()) return refuse("it has no target");
        RegexpAlias alias{.pattern = *pattern, .targets = {}};
        for (const auto text : targets) {
            const auto target = good_target(line, text);
            if (!target) return;
            if (!std::ranges::contains(alias.targets, *target)) alias.targets.push_back(*target);
        }
        std::ranges::sort(alias.targets);
        if (alias.targets.size() > most_targets) return refuse(std::format("more than {} targets", most_targets));
        if (patterns_.size() >= most_patterns)
            return refuse(
                std::format("more than {} patterns, each of which is tried for every address", most_patterns));
        patterns_.emplace_back(line, std::move(alias));
    }

    /// A target as an address; nothing, and the complaint made, when it is none.
    std::optional<std::string> good_target(std::size_t line, std::string_view text) {
        std::string why;
        if (text.empty()) {
            why = "an empty target: a comma at the end, or two in a row";
        } else if (const auto forbidden = forbidden_target(text); !forbidden.empty()) {
            why = std::format("target '{}': {}", base::printable(text, 80), forbidden);
        } else if (text.find_first_of(" \t") != std::string_view::npos) {
            why = std::format(
                "'{}': separate targets by a comma (a line that starts with a space continues the one "
                "before)",
                base::printable(text, 80));
        } else if (auto target = address(text)) {
            return std::move(*target);
        } else {
            why = target.error().text;
        }
        complaints_.add(line, std::move(why));
        return std::nullopt;
    }

    void take_target(std::size_t line, const std::string& from, std::string_view text) {
        const auto target = good_target(line, text);
        if (!target) return;
        auto& entry = sources_.at(from);
        if (const auto [first, fresh] = entry.targets.try_emplace(*target, line); !fresh)
            return complaints_.add(line,
                                   std::format("'{} {}' stands in line {} already", from, *target, first->second));
        if (entry.targets.size() == most_targets + 1)
            complaints_.add(line, std::format("'{}' has more than {} targets", from, most_targets));
    }

    /// The source whose targets mail for `target` goes to; nothing when it ends there: at an account or elsewhere.
    std::optional<std::string> next(const std::string& target) const {
        const auto plain = without_detail(target, site_.recipient_delimiter);
        for (const auto& name : {target, plain}) {
            if (accounts_.contains(name)) return std::nullopt;
            if (sources_.contains(name)) return name;
        }
        const auto catch_all = target.substr(target.find('@'));
        if (sources_.contains(catch_all)) return catch_all;
        if (const auto there = in_other_domain(plain)) return next(*there);
        return std::nullopt;
    }

    /// The address that one in a domain alias stands for; nothing when its domain is none. Never one in a domain alias.
    std::optional<std::string> in_other_domain(const std::string& target) const {
        const auto at = target.find('@');
        const auto found = domains_.find(target.substr(at + 1));
        if (found == domains_.end() || domains_.contains(found->second.domain)) return std::nullopt;
        return std::format("{}@{}", target.substr(0, at), found->second.domain);
    }

    bool exists(const std::string& target) const {
        const auto at = target.find('@');
        if (!is_local(target.substr(at + 1)) || next(target)) return true;
        const auto plain = without_detail(target, site_.recipient_delimiter);
        if (const auto there = in_other_domain(plain); there && exists(*there)) return true;
        return accounts_.contains(target) || accounts_.contains(plain) ||
               std::ranges::contains(system_names(), plain.substr(0, plain.find('@'))) || in_directory(plain);
    }

    /// A directory that does not answer may have everybody.
    bool in_directory(const std::string& target) const {
        const auto address = base::EmailAddress::parse(target);
        if (!site_.directory || !address) return false;
        const auto people = site_.directory->find(*address);
        return !people || !people->empty();
    }

    void check_targets(const std::string& source, const Source& entry) {
        for (const auto& [target, line] : entry.targets) {
            // A catch-all cannot be what makes its own target exist.
            const bool only_by_itself = source.starts_with('@') && next(target) == source;
            if (!exists(target) || only_by_itself) complaints_.add(line, nobody(target));
        }
    }

    /// Depth-first over the sources, without recursion: a chain may be as long as the file.
    void find_loops() {
        std::map<std::string, std::size_t> depth;  // finished sources: aliases passed until the mail arrives
        for (const auto& [start, entry] : sources_) {
            if (depth.contains(start) || accounts_.contains(start)) continue;
            std::vector<Step> path{{start, entry.targets.begin(), 0}};
            on_path_ = {start};
            while (!path.empty() && !complaints_.full()) walk(path, depth);
        }
    }

    struct Step {
        std::string source;
        std::map<std::string, std::size_t>::const_iterator at;
        std::size_t deepest;
    };

    void walk(std::vector<Step>& path, std::map<std::string, std::size_t>& depth) {
        auto& step = path.back();
        const auto& entry = sources_.at(step.source);
        if (step.at == entry.targets.end()) {
            const auto reached = step.deepest + 1;
            if (reached == longest_chain + 1)
                complaints_.add(entry.line, std::format("mail for '{}' would pass through more than {} aliases",
                                                        step.source, longest_chain));
            depth[step.source] = reached;
            on_path_.erase(step.source);
            path.pop_back();
            if (!path.empty()) path.back().deepest = std::max(path.back().deepest, reached);
            return;
        }
        const auto& [target, line] = *step.at++;
        const auto following = next(target);
        if (!following) return;
        if (const auto known = depth.find(*following); known != depth.end()) {
            step.deepest = std::max(step.deepest, known->second);
            return;
        }
        if (on_path_.insert(*following).second) {
            path.push_back({*following, sources_.at(*following).targets.begin(), 0});
            return;
        }
        std::string chain;
        for (auto i = std::ranges::find(path, *following, &Step::source); i != path.end(); ++i)
            chain += i->source + " -> ";
        if (chain.size() > 400) chain = base::printable(chain, 400) + " -> ";
        complaints_.add(line, "the aliases run in a circle: " + chain + *following);
    }

    const Site& site_;
    const std::set<std::string>& accounts_;
    std::string hostname_;
    std::set<std::string> served_;
    std::map<std::string, Source> sources_;
    std::map<std::string, DomainTarget> domains_;
    std::vector<std::pair<std::size_t, RegexpAlias>> patterns_;  ///< and the line of each
    std::set<std::string> on_path_;                              ///< sources the walk is inside of
    Complaints complaints_;
};

}  // namespace

std::span<const std::string_view> system_names() {
    static constexpr std::array<std::string_view, 2> names{"postmaster", "abuse"};
    return names;
}

std::string without_detail(std::string_view address, std::string_view delimiters) {
    const auto at = address.find('@');
    const auto end = address.substr(0, at).find_first_of(delimiters);
    // Where a delimiter leads there is no name, and Postfix looks for no detail.
    if (at == std::string_view::npos || end == std::string_view::npos || end == 0) return std::string(address);
    return std::string(address.substr(0, end)) + std::string(address.substr(at));
}

std::size_t Aliases::size() const {
    std::size_t all = plain.size() + domains.size();
    for (const auto& pattern : patterns) all += pattern.targets.size();
    return all;
}

std::expected<Aliases, Problems> parse_aliases(std::string_view text, const Site& site,
                                               const std::set<std::string>& accounts) {
    if (text.size() > largest_aliases_file) return std::unexpected(Problems{{0, "the file is larger than 10 MiB"}});
    if (text.starts_with("\xEF\xBB\xBF"))
        return std::unexpected(Problems{{1, "the file starts with a byte order mark: save it as UTF-8 without BOM"}});
    return Parser(site, accounts).parse(text);
}

}  // namespace accounts
