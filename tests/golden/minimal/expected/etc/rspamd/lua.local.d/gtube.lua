-- The test pattern that marks a mail as spam. Rspamd's own switch for it (gtube_patterns = "all") would also turn on the
-- pattern that lets any mail pass.
local pattern = "YJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
-- Octets of a part in which it is looked for.
local limit = 10000

rspamd_config.GTUBE_ADD_HEADER = {
  callback = function(task)
    for _, part in ipairs(task:get_text_parts() or {}) do
      local text = part:get_content()
      if text and tostring(text:sub(1, limit)):find(pattern, 1, true) then
        return true
      end
    end
    return false
  end,
  score = 0.0,
  group = "gtube",
  description = "Test pattern to mark a mail as spam",
}
