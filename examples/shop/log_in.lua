-- For wrk: visitors who log in, look for something, and read about it. Two log-ins to each of the others.
local number = 0
local json = { ["Content-Type"] = "application/json" }

request = function()
   number = number + 1
   local turn = number % 4
   if turn < 2 then
      return wrk.format("POST", "/sessions", json, '{"user": ' .. number .. '}')
   elseif turn == 2 then
      local article = '{"title": "Article ' .. number .. '", "text": "one of ' .. number % 97 .. ' kinds"}'
      return wrk.format("PUT", "/articles/" .. number % 1000, json, article)
   end
   return wrk.format("GET", "/search?words=article+" .. number % 97)
end
