-- One request for each kind of measurement; the arguments are: kind, number of invoices, key.
dofile((debug.getinfo(1, "S").source:match("@?(.*/)") or "") .. "report.lua")

local kind, invoices, key = "get", 1000, ""
local counter = 0

local items = '{"items":[' ..
  '{"description":"Copy editing","quantity":3,"rate":120,"unit":"hours","tax_rate_id":4,"discount_type":"percentage","discount_value":10},' ..
  '{"description":"Stock images","quantity":1,"rate":45.5,"tax_rate_id":3,"discount_type":"fixed","discount_value":5.5},' ..
  '{"description":"Printing","quantity":2,"rate":"10.25","tax_rate_id":1}]}'
local rejected = '{"items":[{"description":"Copy editing","quantity":3,"rate":"many"}]}'
local header = '{"bill_clientid":%d,"bill_categoryid":4,"bill_date":"2026-%02d-%02d","bill_tax_type":"inline"}'

function init(args)
  kind, invoices, key = args[1], tonumber(args[2]), args[3]
  math.randomseed(7)
  wrk.headers["Authorization"] = "Bearer " .. key
  wrk.headers["Content-Type"] = "application/json"
end

local function create()
  return wrk.format("POST", "/api/invoices", nil,
    string.format(header, math.random(200), math.random(12), math.random(28)))
end

local function set_items(id, body)
  return wrk.format("PUT", "/api/invoices/" .. id .. "/items", nil, body)
end

function request()
  if kind == "get" then
    return wrk.format("GET", "/api/invoices/" .. math.random(invoices))
  elseif kind == "list" then
    return wrk.format("GET", "/api/invoices?limit=20")
  elseif kind == "deep" then
    return wrk.format("GET", "/api/invoices?limit=20&page=" .. math.random(math.floor(invoices / 20)))
  elseif kind == "filtered" then
    return wrk.format("GET", "/api/invoices?limit=20&status=2&sort=bill_due_date&order=asc")
  elseif kind == "write" then
    return set_items(math.random(invoices), items)
  elseif kind == "rejected" then
    return set_items(math.random(invoices), rejected)
  elseif kind == "create" then
    return create()
  elseif kind == "fill" then
    counter = counter + 1
    if counter % 2 == 1 then return create() end
    -- wrk creates one request that it never sends, so the newest invoice may not exist yet.
    return set_items(string.format("%d", math.max(1, counter / 2 - 1)), items)
  end
end
