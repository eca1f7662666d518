#pragma once
/// Text made fit to be shown to strangers. Pure.
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// Takes out of texts what nobody else may know: known secrets wherever they stand, private keys, and the local parts
/// of addresses, each of which gets the same number in all texts of one object: user1@example.org.
class Redactor {
  public:
    /// Secrets of less than four octets are left out: they would take words apart. The names of `people` (addresses)
    /// are taken out without their domain, too, where they stand as words of their own.
    explicit Redactor(std::vector<std::string> secrets, const std::vector<std::string>& people = {});

    std::string clean(std::string_view text);

  private:
    std::string without_secrets(std::string text) const;
    std::string without_addresses(std::string_view text);
    std::string without_names(const std::string& text) const;

    std::vector<std::string> secrets_;  ///< the longest first, so that none is taken out in part
    std::map<std::string, std::size_t> numbers_;
    std::map<std::string, std::size_t, std::less<>> names_;
};

}  // namespace app
