#pragma once
/// The operator's aliases: the file that says them (etc/postfix/valias) and the store that puts them in force, changed
/// together. The file is the truth: commands edit it as its owner would, and update() takes it as it stands.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/alias_edit.h"
#include "accounts/site.h"
#include "accounts/store.h"
#include "accounts/workspace.h"

namespace accounts {

/// All references must outlive the object. Errors of kind usage name each line of the file that is wrong; then nothing
/// has changed.
class AliasBook {
  public:
    AliasBook(Store& store, const Workspace& workspace, const Site& site)
        : store_(store), workspace_(workspace), site_(site) {}

    /// What to do when the tables of patterns changed: read_patterns_anew().
    void on_new_patterns(std::function<void()> tell) { tell_ = std::move(tell); }

    /// Puts the file in force; all of it or, when anything is wrong with it, nothing. Returns the number of aliases.
    base::Result<std::size_t> update();

    /// Adds an alias, or targets to one. `exists`: it leads there already.
    base::Result<AliasEntry> add(std::string_view source, const std::vector<std::string_view>& targets);

    /// Removes an alias, or one target of it. not_found: there is none.
    base::Result<AliasEntry> remove(std::string_view source, const std::optional<std::string_view>& target);

    /// Takes an account that is about to be removed out of the file. To be followed by the removal.
    base::Result<> forget(const base::EmailAddress& account);

    /// Changes the file for an account's new name, with an alias from the old one if wanted, calls `rest`, and puts the
    /// file back as it was when that fails.
    base::Result<> rename(const base::EmailAddress& from, const base::EmailAddress& to, bool keep_alias,
                          const std::function<base::Result<>()>& rest);

    using Edit = std::function<std::string(const std::string&)>;
    /// Changes the text of the file, all or nothing as update(). Returns the number of aliases.
    base::Result<std::size_t> edit(const Edit& change_text);

    /// Makes the tables of patterns anew for Postfix; needed after anything else than the aliases changed them.
    base::Result<> write_pattern_tables();

  private:
    base::Result<std::string> read() const;
    base::Result<std::size_t> change(const Edit& edit);
    base::Result<> write(const std::string& text) const;

    Store& store_;
    const Workspace& workspace_;
    const Site& site_;
    std::function<void()> tell_ = [] {};
};

/// Makes a running Postfix read its tables of patterns again, which it does not look after by itself (`postfix reload`:
/// no connection is dropped). Nothing happens when Postfix does not run.
void read_patterns_anew();

/// Makes an aliases file with instructions in it when there is none.
base::Result<> ensure_aliases_file(const Workspace& workspace);

}  // namespace accounts
