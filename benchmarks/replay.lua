-- Sends the requests of a file in turn. Each line is a request: method, path, body and headers,
-- separated by tabs, each header as name=value. The argument is the file.
dofile((debug.getinfo(1, "S").source:match("@?(.*/)") or "") .. "report.lua")

local prepared, turn = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local fields = {}
    for field in (line .. "\t"):gmatch("(.-)\t") do fields[#fields + 1] = field end
    local headers = {}
    for index = 4, #fields do
      local name, value = fields[index]:match("(.-)=(.*)")
      headers[name] = value
    end
    local body = fields[3] ~= "" and fields[3] or nil
    prepared[#prepared + 1] = wrk.format(fields[1], fields[2], headers, body)
  end
end

function request()
  turn = turn % #prepared + 1
  return prepared[turn]
end
