-- Mail that somebody submits after a login: is the sender whom readers will see one the login may send as? The
-- supervisor decides; here its question is put together. Without an answer the mail must wait at its sender.
local rspamd_http = require "rspamd_http"
local rspamd_logger = require "rspamd_logger"

local file = assert(io.open("/run/mailserver/inner-door.key", "r"))
local key = file:read("*l")
file:close()

local function refuse(task, text)
  task:set_pre_result({ action = "reject", message = text, module = "header_from" })
end

local function wait(task, why)
  rspamd_logger.warnx(task, "cannot check the sender of %s: %s", task:get_user(), why)
  task:set_pre_result({ action = "soft reject", message = "Try again later", module = "header_from" })
end

local names = { from = "From", sender = "Sender" }

-- The login, then every From and Sender header on a line of its own. Rspamd's own list of headers lacks those with a
-- space before the colon, which mail programs read all the same (RFC 5322 section 4.5).
local function question(task)
  local pieces = { task:get_user():lower() }
  local wanted = false
  for line in (tostring(task:get_raw_headers()) .. "\n"):gmatch("([^\n]*)\n") do
    line = line:gsub("[\r%z]", " ")
    if not line:find("^[ \t]") then
      local name, value = line:match("^([^:]-)%s*:(.*)$")
      wanted = name and names[name:lower()]
      line = wanted and "\n" .. wanted .. ":" .. value
    end
    if wanted then
      pieces[#pieces + 1] = line
    end
  end
  return table.concat(pieces)
end

local function ask(task)
  rspamd_http.request({
    task = task,
    url = "http://127.0.0.1:8024/may-send",
    method = "post",
    headers = { ["X-API-Key"] = key },
    mime_type = "text/plain",
    body = question(task),
    timeout = 3,
    callback = function(err, code, body)
      body = body and tostring(body) or ""
      if err or (code ~= 200 and code ~= 413) then
        wait(task, err or code)
      elseif code == 413 then
        refuse(task, "From header: it is too long")
      elseif body:find("^refuse ") then
        refuse(task, body:sub(8))
      elseif body ~= "allow" then
        wait(task, "no answer that makes sense")
      end
    end,
  })
end

rspamd_config:register_symbol({
  name = "HEADER_FROM_OF_LOGIN",
  type = "prefilter",
  priority = 10,
  callback = function(task)
    if not task:get_user() then
      return
    end
    local done, problem = pcall(ask, task)
    if not done then
      wait(task, problem)
    end
  end,
})
