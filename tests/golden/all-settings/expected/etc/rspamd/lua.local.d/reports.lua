-- Reports of other servers about ours come by mail to postmaster@example.org: what is attached goes to the supervisor too, which
-- keeps the figures. The mail itself goes its way. Only what its sender has signed counts, else anybody could make
-- figures in somebody's name.
local rspamd_http = require "rspamd_http"
local rspamd_logger = require "rspamd_logger"

local file = assert(io.open("/run/mailserver/inner-door.key", "r"))
local key = file:read("*l")
file:close()

local most_parts, largest = 5, 1024 * 1024
local final = { reject = true, ["soft reject"] = true, discard = true, greylist = true }
local names = { "%.xml$", "%.json$", "%.gz$", "%.zip$" }

local function is_for_reports(task)
  for _, recipient in ipairs(task:get_recipients("smtp") or {}) do
    if recipient.addr:lower():gsub("%+[^@]*@", "@") == "postmaster@example.org" then
      return true
    end
  end
  return false
end

-- The domain that stands behind the mail: From's when DMARC says so, else one that has signed it.
local function reporter_of(task)
  local from = (task:get_from("mime") or {})[1]
  if task:has_symbol("DMARC_POLICY_ALLOW") and from then
    return from.domain
  end
  local signed = task:get_symbol("R_DKIM_ALLOW")
  return signed and tostring((signed[1].options or {})[1]):match("^[^:]+")
end

local function may_be_report(part)
  local name = (part:get_filename() or ""):lower()
  for _, ending in ipairs(names) do
    if name:find(ending) then
      return true
    end
  end
  local _, kind = part:get_type()
  return kind and kind:lower():find("^tlsrpt%+") ~= nil
end

local function hand_in(task, part, reporter)
  rspamd_http.request({
    task = task,
    url = "http://127.0.0.1:8024/reports",
    method = "post",
    headers = { ["X-API-Key"] = key, ["X-Reporter"] = reporter:gsub("[^%w.-]", "") },
    mime_type = "application/octet-stream",
    body = part:get_content(),
    timeout = 5,
    callback = function(err, code)
      if err or code == 503 then
        rspamd_logger.warnx(task, "a report of %s is not counted: %s", reporter, err or code)
      end
    end,
  })
end

local function look(task)
  local reporter = reporter_of(task)
  if not reporter then
    return
  end
  local count = 0
  for _, part in ipairs(task:get_parts() or {}) do
    if count < most_parts and part:get_length() <= largest and may_be_report(part) then
      count = count + 1
      hand_in(task, part, reporter)
    end
  end
end

rspamd_config:register_symbol({
  name = "REPORTS_OF_OTHERS",
  -- When everything is decided; it changes nothing.
  type = "idempotent",
  callback = function(task)
    if task:get_user() or final[task:get_metric_action("default")] or not is_for_reports(task) then
      return
    end
    local done, problem = pcall(look, task)
    if not done then
      rspamd_logger.warnx(task, "reports in this mail are not counted: %s", problem)
    end
  end,
})
