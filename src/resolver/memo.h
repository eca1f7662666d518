#pragma once
/// A Resolver that asks another one each question once, failures included: a check then judges one view of the DNS,
/// and a dead server costs its time limit once. Lives as long as one check; it knows no TTL.
#include <map>

#include "resolver/resolver.h"

namespace resolver {

class Memo final : public Resolver {
  public:
    explicit Memo(Resolver& inner) : inner_(inner) {}
    using Resolver::query;
    std::vector<Answer> query(std::span<const Question> questions) override;

  private:
    Resolver& inner_;
    std::map<Question, Answer> known_;
};

}  // namespace resolver
