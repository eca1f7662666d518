-- Mail that somebody submits after a login and that has passed everything else: does it go, or is it held because the
-- account sends like a machine? The supervisor counts and decides. It is a safety net: without an answer mail goes.
local rspamd_http = require "rspamd_http"
local rspamd_logger = require "rspamd_logger"

local file = assert(io.open("/run/mailserver/inner-door.key", "r"))
local key = file:read("*l")
file:close()

local final = { reject = true, ["soft reject"] = true, discard = true }

local function line(name, value)
  return name .. ":" .. tostring(value):sub(1, 320):gsub("%c", " ")
end

local function question(task)
  local pieces = {
    line("account", task:get_user()),
    line("queue-id", task:get_queue_id() or ""),
    line("client", task:get_from_ip() or ""),
    line("subject", task:get_subject() or ""),
  }
  for _, recipient in ipairs(task:get_recipients("smtp") or {}) do
    pieces[#pieces + 1] = line("recipient", recipient.addr)
  end
  return table.concat(pieces, "\n")
end

local function ask(task)
  rspamd_http.request({
    task = task,
    url = "http://127.0.0.1:8024/outbound",
    method = "post",
    headers = { ["X-API-Key"] = key },
    mime_type = "text/plain",
    body = question(task),
    timeout = 3,
    callback = function(err, code, body)
      body = body and tostring(body) or ""
      if err or code ~= 200 then
        rspamd_logger.warnx(task, "mail of %s goes uncounted: %s", task:get_user(), err or code)
      elseif body == "hold" then
        -- Its priority is above that of a rule that accepts. With a message for the client, this release of Rspamd
        -- would not hold the mail.
        task:set_pre_result({
          action = "quarantine",
          message = "the account is stopped",
          module = "outbound",
          priority = 2,
          flags = "no_smtp_message",
        })
      end
    end,
  })
end

rspamd_config:register_symbol({
  name = "OUTBOUND_OF_LOGIN",
  -- The last of its kind: what others refuse must not count.
  type = "postfilter",
  priority = 10,
  -- A rule that accepts mail without further checks does not leave this one out.
  flags = "ignore_passthrough",
  callback = function(task)
    if not task:get_user() or final[task:get_metric_action("default")] then
      return
    end
    local done, problem = pcall(ask, task)
    if not done then
      rspamd_logger.warnx(task, "mail of %s goes uncounted: %s", task:get_user(), problem)
    end
  end,
})
