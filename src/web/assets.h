#pragma once
/// The pages' templates and the stylesheet: the files in pages/, compiled in.
#include <string_view>

namespace web::assets {

extern const std::string_view style, frame, client_settings, login, account, message;

}  // namespace web::assets
