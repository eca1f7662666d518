#pragma once
/// A table that never grows beyond a size: what is new and was seen once goes first, then what was not touched for the
/// longest time. So a flood of strangers does not wash out those who are being watched.
#include <cstddef>
#include <list>
#include <map>
#include <utility>

namespace policy {

/// Every operation takes O(log n). References stay good until the entry goes.
template <class Key, class Value>
class BoundedTable {
  public:
    explicit BoundedTable(std::size_t most) : most_(most) {}

    /// The value of the key, or null.
    Value* find(const Key& key) {
        const auto found = index_.find(key);
        return found == index_.end() ? nullptr : &found->second->value;
    }

    /// The value of the key, made when it is missing; the entry counts as the newest of its kind. Another entry may
    /// go.
    Value& touch(const Key& key) {
        const auto [found, is_new] = index_.try_emplace(key);
        if (is_new) {
            found->second = seen_once_.insert(seen_once_.begin(), Entry{.key = &found->first});
            make_room();
            return found->second->value;
        }
        const auto entry = found->second;
        proven_.splice(proven_.begin(), entry->proven ? proven_ : seen_once_, entry);
        entry->proven = true;
        return entry->value;
    }

    void erase(const Key& key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return;
        auto& list = found->second->proven ? proven_ : seen_once_;
        list.erase(found->second);
        index_.erase(found);
    }

    std::size_t size() const { return index_.size(); }

  private:
    struct Entry {
        const Key* key;
        bool proven = false;
        Value value{};
    };

    void make_room() {
        if (index_.size() <= most_) return;
        // The newest has its place even when all others are proven.
        auto& victims =
            seen_once_.size() > 1 && (seen_once_.size() > most_ / 4 || proven_.empty()) ? seen_once_ : proven_;
        const Key* key = victims.back().key;
        victims.pop_back();
        index_.erase(index_.find(*key));
    }

    std::size_t most_;
    std::list<Entry> seen_once_, proven_;  // newest first
    std::map<Key, typename std::list<Entry>::iterator> index_;
};

}  // namespace policy
