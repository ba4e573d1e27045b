UPDATE record SET operation_date = sequence || '9999-99-99T99:99:99.9999999Z'; UPDATE import SET time = 'never', source = char(27,0x202e)
