-- A stranger greets with our own name. Spam programs do; so does the server we have moved from, with what was left in
-- its queue: such mail reaches the score for greylisting, is put off once, and not refused.
rspamd_config.HELO_IS_OURS = {
  callback = function(task)
    local ip = task:get_from_ip()
    if task:get_user() or (ip and ip:is_local()) then
      return false
    end
    return (task:get_helo() or ""):lower() == "example.test"
  end,
  score = 5.0,
  group = "hfilter",
  description = "HELO is the name of this server",
}
