#include "json/json.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSONString.h>

#include <algorithm>
#include <cmath>
#include <format>

#include "base/text.h"

namespace json {
namespace {

constexpr std::size_t deepest = 64;

const Value null_value;

Value from_poco(const Poco::Dynamic::Var& var) {
    if (var.isEmpty()) return {};
    if (var.type() == typeid(Poco::JSON::Object::Ptr)) {
        Object members;
        const auto& object = *var.extract<Poco::JSON::Object::Ptr>();
        for (const auto& name : object.getNames()) members.emplace_back(name, from_poco(object.get(name)));
        return Value(std::move(members));
    }
    if (var.type() == typeid(Poco::JSON::Array::Ptr)) {
        Array elements;
        for (const auto& element : *var.extract<Poco::JSON::Array::Ptr>()) elements.push_back(from_poco(element));
        return Value(std::move(elements));
    }
    if (var.isBoolean()) return Value(var.convert<bool>());
    if (var.isString()) return Value(var.convert<std::string>());
    if (var.isInteger() && (var.isSigned() || var.convert<std::uint64_t>() <= INT64_MAX))
        return Value(static_cast<long long>(var.convert<std::int64_t>()));
    return Value(var.convert<double>());
}

/// How deep brackets nest in `text`, strings left out. Asked before the parser runs: it recurses per level.
std::size_t depth_of(std::string_view text) {
    std::size_t depth = 0, most = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_text) {
            if (c == '\\') ++i;
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            most = std::max(most, ++depth);
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return most;
}

struct Writer {
    std::string out;
    int indent;

    void line(int level) {
        if (indent > 0) out += "\n" + std::string(static_cast<std::size_t>(indent * level), ' ');
    }

    void write(const Value& value, int level) {
        if (value.is_object()) {
            write_all(value.members(), '{', '}', level, [&](const Member& member) {
                out += Poco::toJSON(member.first) + (indent > 0 ? ": " : ":");
                write(member.second, level + 1);
            });
        } else if (value.is_array()) {
            write_all(value.items(), '[', ']', level, [&](const Value& element) { write(element, level + 1); });
        } else if (value.is_text()) {
            out += Poco::toJSON(value.text());
        } else if (value.is_number()) {
            const double real = value.real();
            if (static_cast<double>(value.number()) == real)
                out += std::to_string(value.number());
            else
                out += std::isfinite(real) ? std::format("{}", real) : "null";  // RFC 8259 §6 has no NaN or infinity
        } else {
            out += value.is_null() ? "null" : value.boolean() ? "true" : "false";
        }
    }

    template <class Elements, class WriteOne>
    void write_all(const Elements& elements, char open, char close, int level, const WriteOne& write_one) {
        out += open;
        for (const auto& element : elements) {
            if (&element != &elements.front()) out += ',';
            line(level + 1);
            write_one(element);
        }
        if (!elements.empty()) line(level);
        out += close;
    }
};

}  // namespace

Value::Value(Array value) : data_(std::move(value)) {}
Value::Value(Object value) : data_(std::move(value)) {}

bool Value::is_number() const {
    return std::holds_alternative<std::int64_t>(data_) || std::holds_alternative<double>(data_);
}

bool Value::boolean() const {
    const auto* value = std::get_if<bool>(&data_);
    return value && *value;
}

std::int64_t Value::number() const {
    if (const auto* whole = std::get_if<std::int64_t>(&data_)) return *whole;
    const auto* real = std::get_if<double>(&data_);
    return real && std::abs(*real) < 9.2e18 ? static_cast<std::int64_t>(*real) : 0;
}

double Value::real() const {
    if (const auto* real = std::get_if<double>(&data_)) return *real;
    return static_cast<double>(number());
}

const std::string& Value::text() const {
    static const std::string none;
    const auto* value = std::get_if<std::string>(&data_);
    return value ? *value : none;
}

const Array& Value::items() const {
    static const Array none;
    const auto* value = std::get_if<Array>(&data_);
    return value ? *value : none;
}

const Object& Value::members() const {
    static const Object none;
    const auto* value = std::get_if<Object>(&data_);
    return value ? *value : none;
}

bool Value::has(std::string_view name) const {
    return std::ranges::any_of(members(), [&](const Member& member) { return member.first == name; });
}

const Value& Value::operator[](std::string_view name) const {
    for (const auto& member : members())
        if (member.first == name) return member.second;
    return null_value;
}

void Value::set(std::string_view name, Value value) {
    if (!is_object()) data_ = Object{};
    auto& all = std::get<Object>(data_);
    const auto found = std::ranges::find(all, name, &Member::first);
    if (found != all.end())
        found->second = std::move(value);
    else
        all.emplace_back(std::string(name), std::move(value));
}

void Value::add(Value value) {
    if (!is_array()) data_ = Array{};
    std::get<Array>(data_).push_back(std::move(value));
}

bool Value::operator==(const Value&) const = default;

Value object(Object members) {
    return Value(std::move(members));
}
Value array(Array elements) {
    return Value(std::move(elements));
}

base::Result<Value> parse(std::string_view text) {
    if (depth_of(text) > deepest) return base::fail("not usable JSON: nested deeper than 64 levels");
    try {
        Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true));
        return from_poco(parser.parse(std::string(text)));
    } catch (const Poco::Exception& error) {
        return base::fail("not valid JSON: " + base::printable(error.displayText(), 120));
    } catch (const std::exception& error) {
        return base::fail("not valid JSON: " + base::printable(error.what(), 120));
    }
}

std::string dump(const Value& value, int indent) {
    Writer writer{.out = {}, .indent = indent};
    writer.write(value, 0);
    return std::move(writer.out);
}

}  // namespace json
