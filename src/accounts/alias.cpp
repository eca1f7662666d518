#include "accounts/alias.h"

#include <algorithm>
#include <array>
#include <format>
#include <map>
#include <optional>

#include "base/text.h"

namespace accounts {
namespace {

constexpr std::size_t most_problems = 100;
/// Postfix gives up at 1000 (virtual_alias_expansion_limit, virtual_alias_recursion_limit) and keeps such mail in the
/// queue until it expires; nobody means to get there.
constexpr std::size_t most_targets = 1000;
constexpr std::size_t longest_chain = 100;

using Problems = std::vector<AliasProblem>;

struct Source {
    std::size_t line = 0;
    std::map<std::string, std::size_t> targets;  ///< and the line each stands in
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

/// A line with its continuations, and where it begins.
struct LogicalLine {
    std::size_t number = 0;
    std::string text;
};

std::vector<LogicalLine> logical_lines(std::string_view text, Complaints& complaints) {
    std::vector<LogicalLine> lines;
    std::size_t number = 0;
    for (const auto line : base::split(text, '\n')) {
        ++number;
        const auto content = base::trim(line);
        if (content.empty() || content.starts_with('#')) continue;
        if (line.front() != ' ' && line.front() != '\t')
            lines.push_back({number, std::string(content)});
        else if (lines.empty())
            complaints.add(number, "the line starts with a space, but there is no line before it to continue");
        else
            lines.back().text += " " + std::string(content);
    }
    return lines;
}

/// Why `target` is one of the things a Unix aliases file may hold but ours may not; empty when it is not.
std::string_view forbidden_target(std::string_view target) {
    if (target.contains('|')) return "mail is not given to commands here";
    if (target.starts_with(":include:") || target.starts_with("\":include:"))
        return "files cannot be included; write the addresses here";
    if (target.starts_with('/') || target.starts_with("\"/")) return "mail is not written to files here";
    if (target.starts_with('@')) return "a whole domain cannot be the target; name one address";
    if (target.contains('"')) return "quotation marks are not possible";
    return {};
}

class Parser {
  public:
    Parser(const Site& site, const std::set<std::string>& accounts)
        : site_(site), accounts_(accounts), hostname_(site.hostname.str()) {
        for (const auto& domain : site.domains) served_.insert(domain.str());
    }

    std::expected<std::vector<Alias>, Problems> parse(std::string_view text) && {
        for (const auto& line : logical_lines(text, complaints_)) {
            if (complaints_.full()) break;
            take(line);
        }
        for (const auto& [source, entry] : sources_) check_targets(source, entry);
        if (complaints_.empty()) find_loops();
        if (!complaints_.empty()) return std::unexpected(std::move(complaints_).take());
        std::vector<Alias> aliases;
        for (const auto& [source, entry] : sources_)
            for (const auto& [target, line] : entry.targets)
                // An account always keeps its own copy, so the line that says so adds nothing.
                if (source != target) aliases.push_back({source, target});
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

    void take(const LogicalLine& line) {
        if (line.text.contains('\0'))
            return complaints_.add(line.number, "there is a NUL byte in the line: this is no text file");
        const auto end = std::min(line.text.find_first_of(" \t"), line.text.size());
        const auto from = source(std::string_view(line.text).substr(0, end));
        if (!from) return complaints_.add(line.number, from.error().text);
        const auto domain = from->substr(from->find('@') + 1);
        if (!is_local(domain))
            return complaints_.add(
                line.number,
                std::format("domain '{}' is not served here: it is neither DOMAIN nor in ADDITIONAL_DOMAINS", domain));
        // Known from here on even when its targets are wrong, so that one mistake is not told twice.
        sources_.try_emplace(*from, Source{line.number, {}});
        const auto rest = base::trim(std::string_view(line.text).substr(end));
        if (rest.empty()) return complaints_.add(line.number, std::format("'{}' has no target", *from));
        for (const auto piece : base::split(rest, ',')) take_target(line.number, *from, base::trim(piece));
    }

    void take_target(std::size_t line, const std::string& from, std::string_view text) {
        if (text.empty()) return complaints_.add(line, "an empty target: a comma at the end, or two in a row");
        if (const auto why = forbidden_target(text); !why.empty())
            return complaints_.add(line, std::format("target '{}': {}", base::printable(text, 80), why));
        if (text.find_first_of(" \t") != std::string_view::npos)
            return complaints_.add(line,
                                   std::format("'{}': separate targets by a comma (a line that starts with a space "
                                               "continues the one before)",
                                               base::printable(text, 80)));
        const auto target = address(text);
        if (!target) return complaints_.add(line, target.error().text);
        auto& entry = sources_.at(from);
        if (const auto [first, fresh] = entry.targets.try_emplace(*target, line); !fresh)
            return complaints_.add(line,
                                   std::format("'{} {}' stands in line {} already", from, *target, first->second));
        if (entry.targets.size() == most_targets + 1)
            complaints_.add(line, std::format("'{}' has more than {} targets", from, most_targets));
    }

    /// The source whose targets mail for `target` goes to; nothing when it ends there: at an account or elsewhere.
    std::optional<std::string> next(const std::string& target) const {
        const auto plain = without_detail(target);
        for (const auto& name : {target, plain}) {
            if (accounts_.contains(name)) return std::nullopt;
            if (sources_.contains(name)) return name;
        }
        const auto catch_all = target.substr(target.find('@'));
        if (sources_.contains(catch_all)) return catch_all;
        return std::nullopt;
    }

    bool exists(const std::string& target) const {
        const auto at = target.find('@');
        if (!is_local(target.substr(at + 1)) || next(target)) return true;
        const auto plain = without_detail(target);
        return accounts_.contains(target) || accounts_.contains(plain) ||
               std::ranges::contains(system_names(), plain.substr(0, plain.find('@')));
    }

    void check_targets(const std::string& source, const Source& entry) {
        for (const auto& [target, line] : entry.targets) {
            // A catch-all cannot be what makes its own target exist.
            const bool only_by_itself = source.starts_with('@') && next(target) == source;
            if (!exists(target) || only_by_itself)
                complaints_.add(line, std::format("target '{}' is neither an account nor an alias here; add it with "
                                                  "./user.sh add {}",
                                                  target, target));
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
    std::set<std::string> on_path_;  ///< sources the walk is inside of
    Complaints complaints_;
};

}  // namespace

std::span<const std::string_view> system_names() {
    static constexpr std::array<std::string_view, 2> names{"postmaster", "abuse"};
    return names;
}

std::string without_detail(std::string_view address) {
    const auto at = address.find('@');
    const auto plus = address.substr(0, at).find('+');
    // A leading '+' is no delimiter for Postfix, and no address of ours starts with one.
    if (at == std::string_view::npos || plus == std::string_view::npos) return std::string(address);
    return std::string(address.substr(0, plus)) + std::string(address.substr(at));
}

std::expected<std::vector<Alias>, Problems> parse_aliases(std::string_view text, const Site& site,
                                                          const std::set<std::string>& accounts) {
    if (text.size() > largest_aliases_file) return std::unexpected(Problems{{0, "the file is larger than 10 MiB"}});
    if (text.starts_with("\xEF\xBB\xBF"))
        return std::unexpected(Problems{{1, "the file starts with a byte order mark: save it as UTF-8 without BOM"}});
    return Parser(site, accounts).parse(text);
}

base::Error as_error(std::span<const AliasProblem> problems, std::string_view file) {
    std::string text = std::format("cannot use {}:", file);
    for (const auto& problem : problems)
        text += problem.line ? std::format("\n  line {}: {}", problem.line, problem.text) : "\n  " + problem.text;
    return {
        .text = std::move(text),
        .remedy = "Put it right, then run ./user.sh update-aliases; until then the aliases of before stay in force.",
        .kind = base::ErrorKind::usage};
}

std::string_view empty_aliases_file() {
    return "# Aliases: further addresses of your users. After a change run ./user.sh update-aliases.\n"
           "#\n"
           "# <alias address> <target>[, <target>...]\n"
           "#\n"
           "# sales@example.org     jens@example.org\n"
           "# info@example.org      jens@example.org, meier@example.org\n"
           "#\n"
           "# A user who is also an alias keeps a copy: this forwards the mail of jens and leaves it here as well.\n"
           "# jens@example.org      jens@elsewhere.example\n"
           "#\n"
           "# Whatever no user and no alias of the domain takes:\n"
           "# @example.org          jens@example.org\n"
           "#\n"
           "# A name without @ is in DOMAIN. postmaster@ and abuse@ lead to ADMIN_USER unless you say otherwise "
           "here.\n";
}

}  // namespace accounts
