#pragma once
/// What another mail server has, as values, and what of its files could not be understood. The files are somebody
/// else's and hold anything: every line is taken or named, none is guessed at.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moving {

/// Something that does not come along, and why. `where` is "etc/dovecot/passwd:12" or a path.
struct Finding {
    std::string where;
    std::string why;
    bool operator==(const Finding&) const = default;
};

struct ForeignAccount {
    std::string address;  ///< valid, lower case
    std::string hash;     ///< {SCHEME}value, not judged yet
    std::optional<std::uint64_t> quota;
    std::string where;
    bool operator==(const ForeignAccount&) const = default;
};

/// An entry of the aliases file to be: names may lack their domain.
struct ForeignAlias {
    std::string source;
    std::vector<std::string> targets;
    std::string where;
    bool operator==(const ForeignAlias&) const = default;
};

template <class T>
struct Read {
    std::vector<T> items;
    std::vector<Finding> findings;
};

/// Files larger than this are no list of anything a server of this size has.
constexpr std::uint64_t largest_list = 16 * 1024 * 1024;

/// A line of a list without its line end and surrounding space, with its number; comments (#) and empty lines are left
/// out. What holds control characters is a finding.
struct Line {
    std::string_view text;
    std::string where;
};
std::vector<Line> lines_of(std::string_view text, std::string_view file, std::vector<Finding>& findings);

/// Takes accounts with valid addresses, each once.
class AccountList {
  public:
    void add(std::string_view address, std::string_view hash, std::optional<std::uint64_t> quota, std::string where);
    void refuse(std::string where, std::string why) { read_.findings.push_back({std::move(where), std::move(why)}); }
    ForeignAccount* find(std::string_view address);
    Read<ForeignAccount> take() && { return std::move(read_); }

  private:
    Read<ForeignAccount> read_;
    std::map<std::string, std::size_t, std::less<>> known_;
};

}  // namespace moving
