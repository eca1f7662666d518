#pragma once
/// JSON (RFC 8259) as a plain value: the wall around Poco::JSON. Objects keep the order their members were added in.
///
///     json::Value v = json::object({{"name", "postfix"}, {"restarts", 2}});
///     v["name"].text() == "postfix";  v["missing"].is_null();
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

namespace json {

class Value;
using Member = std::pair<std::string, Value>;
using Array = std::vector<Value>;
using Object = std::vector<Member>;

/// Reading a value as something it is not gives the empty value of that kind (null, "", 0, false, no elements), so
/// that foreign JSON is read without a check per step; has() and is_…() tell when the difference matters.
class Value {
  public:
    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool value) : data_(value) {}
    Value(int value) : data_(std::int64_t{value}) {}
    Value(long value) : data_(std::int64_t{value}) {}
    Value(long long value) : data_(std::int64_t{value}) {}
    Value(unsigned value) : data_(std::int64_t{value}) {}
    Value(unsigned long value) : data_(static_cast<std::int64_t>(value)) {}
    Value(double value) : data_(value) {}
    Value(const char* value) : data_(std::string(value)) {}
    Value(std::string_view value) : data_(std::string(value)) {}
    Value(std::string value) : data_(std::move(value)) {}
    Value(Array value);
    Value(Object value);

    bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
    bool is_text() const { return std::holds_alternative<std::string>(data_); }
    bool is_number() const;
    bool is_array() const { return std::holds_alternative<Array>(data_); }
    bool is_object() const { return std::holds_alternative<Object>(data_); }

    bool boolean() const;
    std::int64_t number() const;  ///< a fraction is cut off
    double real() const;
    const std::string& text() const;
    const Array& items() const;
    const Object& members() const;

    bool has(std::string_view name) const;
    /// The member called `name`; null when there is none.
    const Value& operator[](std::string_view name) const;
    /// Adds a member, or replaces the one of that name; makes this an object.
    void set(std::string_view name, Value value);
    /// Adds an element; makes this an array.
    void add(Value value);

    bool operator==(const Value&) const;

  private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> data_;
};

/// An object from its members, an array from its elements.
Value object(Object members = {});
Value array(Array elements = {});

/// One JSON object or array (what every protocol of ours sends). Refuses what is nested deeper than 64 levels; says
/// where it broke, never repeats the input.
base::Result<Value> parse(std::string_view text);

/// `value` as JSON text on one line, or with `indent` spaces per level over several lines.
std::string dump(const Value& value, int indent = 0);

}  // namespace json
