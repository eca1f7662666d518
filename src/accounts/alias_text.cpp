/// What the operator reads about aliases: mistakes, and how to write the file.
#include <format>

#include "accounts/alias.h"

namespace accounts {

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
           "# Every name in one domain is the same name in another:\n"
           "# @example.net          @example.org\n"
           "#\n"
           "# All addresses that match a regular expression as a whole:\n"
           "# /jens-[0-9]+@example\\.org/  jens@example.org\n"
           "#\n"
           "# A name without @ is in DOMAIN. postmaster@ and abuse@ lead to ADMIN_USER unless you say otherwise "
           "here.\n";
}

}  // namespace accounts
