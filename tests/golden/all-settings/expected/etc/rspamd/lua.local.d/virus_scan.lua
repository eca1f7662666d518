-- Every mail goes to clamd as a whole, from whomever it comes. What clamd does not call clean is refused, with the name
-- of the virus, or was not scanned: then the operator's choice decides. Rspamd's own module for this is not used: it
-- takes an error of clamd, such as a full disk, for "clean".
local lua_mime = require "lua_mime"
local rspamd_logger = require "rspamd_logger"
local rspamd_tcp = require "rspamd_tcp"
local rspamd_util = require "rspamd_util"

local header = "X-Virus-Scanned"
local pass_unscanned = true

local function scan(task)
  local mail = task:get_content()
  rspamd_tcp.request({
    task = task,
    host = "/run/mailserver/clamav/clamd.sock",
    port = 0,
    -- As long as clamd takes up new signatures it is silent; Postfix waits 60 s for the filter.
    timeout = 40,
    -- Pieces with their length in front, the last one empty.
    data = { "zINSTREAM\0" .. rspamd_util.pack(">I4", #mail), mail, rspamd_util.pack(">I4", 0) },
    stop_pattern = "\0",
    callback = function(err, data)
      local answer = tostring(err or data):gsub("%z", "")
      local virus = not err and answer:match("^stream: (.+) FOUND$")
      if virus then
        task:insert_result("CLAM_VIRUS", 1.0, virus)
      elseif answer == "stream: OK" then
        task:insert_result("CLAM_CLEAN", 1.0)
      else
        task:insert_result("CLAM_VIRUS_FAIL", 1.0, answer)
      end
    end,
  })
end

local function option_of(task, symbol)
  local found = task:get_symbol(symbol)
  return found and tostring((found[1].options or {})[1])
end

local function stop(task, action, message)
  task:set_pre_result({ action = action, message = message, module = "virus_scan", priority = 10 })
end

local function decide(task)
  local virus = option_of(task, "CLAM_VIRUS")
  if virus then
    stop(task, "reject", "virus found: " .. virus)
    return
  end
  local clean = task:has_symbol("CLAM_CLEAN")
  if not clean then
    rspamd_logger.warnx(task, "not scanned for viruses: %s", option_of(task, "CLAM_VIRUS_FAIL") or "it took too long")
    if not pass_unscanned then
      stop(task, "soft reject", "Try again later: the virus scanner does not answer")
      return
    end
  end
  lua_mime.modify_headers(task, {
    remove = { [header] = 0 },
    add = { [header] = { value = clean and "yes" or "no (scanner unavailable)" } },
  })
end

local id = rspamd_config:register_symbol({
  name = "VIRUS_SCAN",
  type = "normal",
  -- Also of mail that something else has decided about.
  flags = "ignore_passthrough",
  callback = scan,
})
for _, verdict in ipairs({ "CLAM_VIRUS", "CLAM_CLEAN", "CLAM_VIRUS_FAIL" }) do
  rspamd_config:register_symbol({ name = verdict, type = "virtual", parent = id, score = 0.0 })
end
rspamd_config:register_symbol({
  name = "VIRUS_SCAN_VERDICT",
  type = "postfilter",
  flags = "ignore_passthrough",
  callback = decide,
})
